import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { ENTRIES } from './doors.ts';
import { manifestOf, type ProjectManifest } from './manifest.ts';
import { reach } from './module-graph.ts';

/** What was packed. */
export interface Packed {
  readonly tarball: string;
  readonly files: number;
  readonly bytes: number;
  readonly bytesUnpacked: number;
}

/** Writes `dist/` of a clone: the sources compiled for both module systems, a manifest of their own, and the tarball. */
export function pack(project: string): Packed {
  const dist = join(project, 'dist');
  rmSync(dist, { recursive: true, force: true });
  compile(project);
  publishDeclarations(dist);
  const modules = ENTRIES.flatMap((entry) => [`${entry}.js`, `${entry}.d.ts`]).map((path) => join(dist, path));
  const manifest = manifestOf(read<ProjectManifest>(join(project, 'package.json')), reach(modules).packages);
  write(join(dist, 'package.json'), manifest);
  write(join(dist, 'cjs', 'package.json'), { type: 'commonjs' });
  for (const file of ['bin/package/README.md', 'bin/package/mosaic.cjs', 'CHANGELOG.md', 'LICENSE']) {
    copyFileSync(join(project, file), join(dist, basename(file)));
  }
  copyPages(join(project, 'docs'), join(dist, 'docs'));
  setModes(dist);
  return tarballOf(dist);
}

/** The pages for users; why Mosaic is as it is, in `decisions/`, stays in the clone. */
function copyPages(from: string, to: string): void {
  mkdirSync(to);
  for (const page of globSync('*.md', { cwd: from }).sort()) copyFileSync(join(from, page), join(to, page));
}

function compile(project: string): void {
  for (const system of ['commonjs', 'esm']) {
    try {
      execFileSync('tsc', ['-p', join(project, 'bin/package', `tsconfig.${system}.json`)], { encoding: 'utf8' });
    } catch (error) {
      throw new Error(`${system}: the sources don't compile; mend them:\n${(error as { stdout?: string }).stdout}`);
    }
  }
}

/**
 * Leaves the declarations that a door leads to, and lets them import `./x.js`: of what imports `./x.ts` an older
 * TypeScript believes that it is `any`.
 */
function publishDeclarations(dist: string): void {
  const { files } = reach(ENTRIES.map((entry) => join(dist, `${entry}.d.ts`)));
  for (const path of globSync('**/*.d.{ts,cts}', { cwd: dist }).map((each) => join(dist, each))) {
    if (!files.has(path)) rmSync(path);
    else writeFileSync(path, readFileSync(path, 'utf8').replace(/(['"])(\.\.?\/[^'"\n]+)\.ts\1/g, '$1$2.js$1'));
  }
}

/** npm gives each file the same time and place, but leaves it the mode it has in this clone. */
function setModes(dist: string): void {
  for (const file of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) chmodSync(join(file.parentPath, file.name), file.name === 'mosaic.cjs' ? 0o755 : 0o644);
  }
}

function tarballOf(dist: string): Packed {
  const said = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--loglevel=error'], {
    cwd: dist,
    encoding: 'utf8',
  });
  const packed = JSON.parse(said);
  const [{ filename, size, unpackedSize, entryCount }] = Array.isArray(packed) ? packed : Object.values(packed);
  return { tarball: join(dist, filename), files: entryCount, bytes: size, bytesUnpacked: unpackedSize };
}

const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

const write = (path: string, value: object): void => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
