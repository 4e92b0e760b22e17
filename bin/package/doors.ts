/** How the package is opened: its paths, and the module of `dist/` behind each, for `import` and for `require`. */
export interface Door {
  readonly import: string;
  readonly require: string;
}

const both = (path: string): Door => ({ import: `./esm/${path}`, require: `./cjs/${path}` });
const one = (path: string): Door => ({ import: path, require: path });

/**
 * An app of `cdk init` is CommonJS, and its jest loads nothing else, so constructs are CommonJS; and only that, for two
 * copies of a class would break `instanceof`. Services are bundled from ES modules, or load either.
 */
export const DOORS: Readonly<Record<string, Door>> = {
  '.': one('./cjs/lib/constructs/index'),
  './chassis': both('services/chassis/index'),
  './testing': one('./cjs/lib/testing/index'),
  './twin': one('./esm/twin/index'),
};

/** How a door is imported: `mosaic-cdk/testing`. */
export const specifierOf = (path: string): string => `mosaic-cdk${path.slice(1)}`;

/** The source of the module behind a door, as a path in the clone. */
export const sourceOf = (path: string): string => `${DOORS[path]!.require.replace(/^\.\/(cjs|esm)\//, '')}.ts`;

/** Modules of `dist/` behind the doors and the command, each once. */
export const ENTRIES: readonly string[] = [
  ...new Set(Object.values(DOORS).flatMap((door) => [door.import, door.require])),
  './esm/bin/mosaic',
];
