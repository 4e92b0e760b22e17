import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What some modules load, directly or not. */
export interface Reached {
  /** Files of ours, as absolute paths. */
  readonly files: ReadonlySet<string>;
  /** Names of packages that have to be installed. */
  readonly packages: ReadonlySet<string>;
}

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const IMPORT = /\b(?:from |import |import\(|require\()(['"])([^'"\n]+)\1/g;

/** Follows the imports of compiled modules, or of declarations. */
export function reach(modules: readonly string[]): Reached {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, , specifier] of readFileSync(file, 'utf8').replace(COMMENT, '').matchAll(IMPORT)) {
      if (specifier!.startsWith('.')) visit(fileOf(join(dirname(file), specifier!), file));
      else if (!specifier!.startsWith('node:')) packages.add(packageOf(specifier!));
    }
  };
  for (const module of modules) visit(module);
  return { files, packages };
}

function fileOf(path: string, from: string): string {
  const file = from.endsWith('.d.ts') ? path.replace(/\.[jt]s$/, '.d.ts') : path;
  if (!existsSync(file)) throw new Error(`${from}: imports ${path}, which was not compiled; name the file it is in`);
  return file;
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
