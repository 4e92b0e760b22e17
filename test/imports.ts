import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';

/** Source texts by path from the project's root. */
export type Sources = ReadonlyMap<string, string>;

interface Import {
  readonly from: string;
  /** A path from the project's root, or the name of a package. */
  readonly to: string;
  readonly isPackage: boolean;
  readonly typeOnly: boolean;
}

/** What a part may import: other parts, types of others, and packages; `undefined` means any package. */
interface Part {
  readonly parts: readonly string[];
  readonly types?: readonly string[];
  readonly packages?: readonly string[];
}

const PARTS: Readonly<Record<string, Part>> = {
  contract: { parts: [], packages: [] },
  lib: { parts: ['contract'], packages: ['aws-cdk-lib', 'constructs', 'esbuild'] },
  services: { parts: ['contract'] },
  assembly: { parts: [] },
  system: { parts: ['assembly', 'contract'] },
  twin: { parts: ['assembly', 'system'], types: ['contract'] },
  review: { parts: ['assembly', 'system'] },
  bin: { parts: ['contract', 'lib', 'services', 'assembly', 'system', 'twin', 'review'] },
};

/** Folders inside a part that have a direction of their own: each may import those listed and no other folder of its part. */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  'lib/constructs': [],
  'lib/testing': [],
  'lib/shop': ['lib/constructs'],
  'services/chassis': [],
};
const ANY_SERVICE = ['services/chassis'];

/** All sources of the parts above. */
export function readSources(root: string): Sources {
  const patterns = Object.keys(PARTS).map((part) => `${part}/**/*.{ts,cts,mts}`);
  const paths = globSync(patterns, { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Every import that goes the wrong way, and the first cycle of imports, one line each. */
export function wrongImports(sources: Sources): string[] {
  const imports = [...sources].flatMap(([path, source]) => importsOf(path, source));
  const wrong = imports.flatMap((found) => (reason(found) ? [`${found.from} → ${found.to}: ${reason(found)}`] : []));
  const cycle = findCycle(imports) ?? findCycle(betweenFolders(imports));
  return cycle ? [...wrong, `cycle: ${cycle.join(' → ')}`] : wrong;
}

/** Matches static, re-exporting and dynamic imports, `require`, and `import('…')` in types. */
const IMPORT =
  /\b(import|export)\s+(type\s)?[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*['"]([^'"]+)['"]|\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]/g;

function importsOf(path: string, source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...code.matchAll(IMPORT)].map(([, , type, from, bare, called]) => {
    const specifier = from ?? bare ?? called!;
    const isPackage = !specifier.startsWith('.');
    const to = isPackage ? packageOf(specifier) : normalize(join(dirname(path), specifier));
    return { from: path, to, isPackage, typeOnly: type !== undefined };
  });
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function reason({ from, to, isPackage, typeOnly }: Import): string | undefined {
  const part = from.split('/')[0]!;
  const rules = PARTS[part]!;
  if (isPackage) {
    const builtin = to.startsWith('node:') && part !== 'contract';
    const allowed = builtin || !rules.packages || rules.packages.includes(to);
    return allowed ? undefined : `${part}/ may not import this package`;
  }
  const target = to.split('/')[0]!;
  if (target === part) return reasonWithin(from, to);
  if (rules.parts.includes(target)) return undefined;
  if (rules.types?.includes(target)) return typeOnly ? undefined : `${part}/ may import types of ${target}/ only`;
  return `${part}/ may not import ${target}/`;
}

function reasonWithin(from: string, to: string): string | undefined {
  const [fromFolder, toFolder] = [from, to].map((path) => path.split('/').slice(0, 2).join('/')) as [string, string];
  if (to === `${dirname(from)}/index.ts` || (fromFolder === toFolder && to === `${toFolder}/index.ts`)) {
    return 'a door is for those outside';
  }
  if (fromFolder === toFolder) return undefined;
  const allowed = WITHIN[fromFolder] ?? (from.startsWith('services/') ? ANY_SERVICE : undefined);
  return !allowed || allowed.includes(toFolder) ? undefined : `${fromFolder}/ may not import ${toFolder}/`;
}

/** The same imports between the folders of a part (`twin/aws`); files outside the folders are open to all of them. */
function betweenFolders(imports: readonly Import[]): Import[] {
  const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/');
  return imports
    .filter(({ from, to, isPackage }) => !isPackage && [from, to].every((path) => path.split('/').length > 2))
    .map((found) => ({ ...found, from: folderOf(found.from), to: folderOf(found.to) }))
    .filter(({ from, to }) => from !== to);
}

function findCycle(imports: readonly Import[]): string[] | undefined {
  const next = Map.groupBy(imports, (found) => found.from);
  const done = new Set<string>();
  const visit = (path: string, way: string[]): string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const { to } of next.get(path) ?? []) {
      const cycle = visit(to, [...way, path]);
      if (cycle) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of next.keys()) {
    const cycle = visit(path, []);
    if (cycle) return cycle;
  }
  return undefined;
}
