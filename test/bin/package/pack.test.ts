import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../../rehearsal.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const SOURCES = ['assembly', 'bin', 'contract', 'docs', 'lib', 'services', 'system', 'twin'];
const FILES = ['CHANGELOG.md', 'LICENSE', 'package.json', 'tsconfig.json'];

/** Another clone, whose files belong to another mask and another time. */
function clone(): string {
  const folder = join(temporaryFolder(), 'clone');
  for (const source of [...SOURCES, ...FILES]) cpSync(join(PROJECT, source), join(folder, source), { recursive: true });
  // Only what reads it runs here: an installation would follow the link.
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function pack(folder: string, umask = '022') {
  const run = spawnSync('sh', ['-c', `umask ${umask}; exec node bin/pack.ts`], { cwd: folder, encoding: 'utf8' });
  return { ...run, tarball: () => readFileSync(join(folder, globSync('dist/*.tgz', { cwd: folder })[0]!)) };
}

/** A project of CommonJS that has the package and, of this clone's packages, those named. */
function installed(dist: string, ...packages: string[]): string {
  const folder = temporaryFolder();
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  cpSync(dist, join(modules, 'mosaic-cdk'), { recursive: true });
  for (const name of packages) symlinkSync(join(PROJECT, 'node_modules', name), join(modules, name));
  return folder;
}

const node = (folder: string, ...args: string[]) => spawnSync('node', args, { cwd: folder, encoding: 'utf8' });

describe('npm run pack', () => {
  const [one, two] = [clone(), clone()];
  const dist = join(one, 'dist');
  let tarball: Buffer;
  const manifest = () => JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'));

  beforeAll(() => {
    const packed = pack(one);
    expect(packed).toMatchObject({ status: 0, stderr: '' });
    tarball = packed.tarball();
  });

  it('makes the same bytes from two clones', () => {
    const other = pack(two, '077').tarball();
    expect(other.equals(tarball)).toBe(true);
    writeFileSync(join(two, 'CHANGELOG.md'), '# Another\n');
    expect(pack(two).tarball().equals(tarball)).toBe(false);
  });

  it('says what it weighs, and what each dependency is for', () => {
    const page = readFileSync(join(dist, 'README.md'), 'utf8');
    const [, kilobytes] = /less than (\d+) kB/.exec(page)!;
    expect(tarball.length / 1000).toBeLessThan(Number(kilobytes));
    expect(tarball.length / 1000).toBeGreaterThan(Number(kilobytes) * 0.7);
    const [needed, brought] = ['needed for', 'what for'].map((column) => firstColumn(page, column));
    expect(needed).toEqual(Object.keys(manifest().peerDependencies));
    expect(brought).toEqual(Object.keys(manifest().dependencies));
    for (const [name, range] of Object.entries(manifest().peerDependencies)) {
      expect(page).toContain(`| \`${name}\` | ${range} |`);
    }
  });

  it('brings the pages its README names, and the changes of its version', () => {
    const links = (page: string): string[] =>
      [...readFileSync(join(dist, page), 'utf8').matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!);
    const pages = globSync('docs/*.md', { cwd: dist });
    const named = links('README.md');
    expect(named).toEqual(expect.arrayContaining(pages));
    const local = ['README.md', ...pages].flatMap((page) =>
      links(page)
        .filter((link) => !/^https?:/.test(link))
        .map((link) => join(dist, dirname(page), link)),
    );
    expect(local.length).toBeGreaterThan(10);
    expect(local.filter((path) => !existsSync(path))).toEqual([]);
    const [, version] = /^## (\S+)/m.exec(readFileSync(join(dist, 'CHANGELOG.md'), 'utf8'))!;
    expect(version).toBe(manifest().version);
  });

  it('declares everything by paths that an older TypeScript finds', () => {
    const declarations = globSync('**/*.d.*', { cwd: dist });
    expect(declarations.length).toBeGreaterThan(50);
    for (const path of declarations) expect(readFileSync(join(dist, path), 'utf8')).not.toMatch(/['"]\.\S+\.ts['"]/);
  });

  it('opens to require and to import, with one copy of each construct', () => {
    const folder = installed(dist, 'aws-cdk-lib', 'constructs', '@opentelemetry', 'typebox', 'undici');
    const source = `
      const { Microservice } = require('mosaic-cdk');
      const { testApp } = require('mosaic-cdk/testing');
      const { runService } = require('mosaic-cdk/chassis');
      import('mosaic-cdk').then(async (constructs) => {
        const { snapshotOf } = await import('mosaic-cdk/testing');
        const { runTask } = await import('mosaic-cdk/chassis');
        const { startTwin } = await import('mosaic-cdk/twin');
        console.log(constructs.Microservice === Microservice);
        for (const each of [testApp, runService, snapshotOf, runTask, startTwin]) console.log(typeof each);
      });`;
    expect(node(folder, '-e', source)).toMatchObject({ stdout: `true\n${'function\n'.repeat(5)}`, stderr: '' });
  });

  it('loads chassis and command without the CDK', () => {
    const folder = installed(dist, '@opentelemetry', 'typebox', 'undici');
    expect(node(folder, '-e', `require('mosaic-cdk/chassis')`)).toMatchObject({ status: 0, stderr: '' });
    expect(node(folder, '-e', `require('mosaic-cdk')`).stderr).toContain(`Cannot find module 'aws-cdk-lib'`);
    expect(node(folder, 'node_modules/mosaic-cdk/mosaic.cjs', '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('mosaic up'),
    });
  });

  it('refuses a package that is loaded and not a dependency', () => {
    const door = join(two, 'services', 'chassis', 'index.ts');
    writeFileSync(door, `${readFileSync(door, 'utf8')}export { it } from '@jest/globals';\n`);
    expect(pack(two)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('loads @jest/globals, which is no dependency; add it to package.json'),
    });
  });
});

/** The names in the first column of the table whose header has this column. */
function firstColumn(page: string, column: string): string[] {
  const table = page.split('\n\n').find((part) => part.split('\n')[0]!.includes(`| ${column} |`))!;
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name!);
}
