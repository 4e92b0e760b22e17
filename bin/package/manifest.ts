import { DOORS } from './doors.ts';

/** What of the project's own manifest goes into the published one. */
export interface ProjectManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Packages that whoever wants constructs has, or installs; a service with the chassis alone needs none of them.
 * Each range begins with the oldest version the consumer tests pass on.
 */
export const PEERS: Readonly<Record<string, string>> = {
  'aws-cdk-lib': '^2.190.0',
  constructs: '^10.0.5',
  esbuild: '>=0.21.5',
};

/** The oldest Node that undici, which the chassis and the twin need, runs on. */
const NODE = '>=22.19.0';

/** The manifest of the package: what it opens, and which of the packages its modules load it brings. */
export function manifestOf(project: ProjectManifest, loaded: ReadonlySet<string>): object {
  const { name, version, description, license } = project;
  const main = DOORS['.']!.require;
  return {
    name,
    version,
    description,
    license,
    author: 'The contributors of Mosaic',
    keywords: ['aws', 'cdk', 'ecs', 'fargate', 'microservices', 'local'],
    type: 'module',
    sideEffects: false,
    engines: { node: NODE },
    bin: { mosaic: './mosaic.cjs' },
    main: `${main}.js`,
    types: `${main}.d.ts`,
    // For TypeScript of `moduleResolution: node`, which does not read `exports`.
    typesVersions: { '*': Object.fromEntries(Object.entries(DOORS).slice(1).map(typesOf)) },
    exports: { ...mapped(DOORS, opened), './package.json': './package.json' },
    dependencies: Object.fromEntries([...loaded].sort().flatMap((each) => dependency(each, project))),
    peerDependencies: PEERS,
    peerDependenciesMeta: mapped(PEERS, () => ({ optional: true })),
  };
}

const mapped = <T, R>(record: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

const typesOf = ([path, door]: [string, (typeof DOORS)[string]]) => [path.slice(2), [`${door.require}.d.ts`]];

const module = (path: string) => ({ types: `${path}.d.ts`, default: `${path}.js` });

const opened = (door: (typeof DOORS)[string]) =>
  door.import === door.require ? module(door.import) : { import: module(door.import), require: module(door.require) };

function dependency(name: string, { dependencies }: ProjectManifest): [string, string][] {
  if (name in PEERS) return [];
  const version = dependencies[name];
  if (version === undefined)
    throw new Error(`the package loads ${name}, which is no dependency; add it to package.json`);
  return [[name, `^${version}`]];
}
