import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PEERS } from '../../../bin/package/manifest.ts';
import { Consumer } from './consumer.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const PARTS = ['assembly', 'bin', 'contract', 'lib', 'services', 'system', 'test', 'twin'];
const FILES = ['cdk.json', 'jest.config.json', 'package.json'];
const CDK = ['aws-cdk-lib', 'constructs'];

const oldest = (name: string): string => PEERS[name]!.replace(/^\D+/, '');

/** A clone whose CDK is another: its construct tests run as they do in this one. */
class OtherClone {
  readonly #folder = join(mkdtempSync(join(tmpdir(), 'construct-tests-')), 'clone');

  /** Tests that are left out: those about answers to checkers, which a CDK may be too old to keep. */
  readonly #left = ['acknowledgement'];

  /** `cdk` is a folder of packages. */
  constructor(cdk: string) {
    for (const source of [...PARTS, ...FILES])
      cpSync(join(PROJECT, source), join(this.#folder, source), { recursive: true });
    const modules = join(this.#folder, 'node_modules');
    mkdirSync(modules);
    for (const name of readdirSync(join(PROJECT, 'node_modules'))) {
      symlinkSync(join(CDK.includes(name) ? cdk : join(PROJECT, 'node_modules'), name), join(modules, name));
    }
  }

  /** Takes the feature flags from the apps that tests make; leaves out the tests that compare with and without. */
  withoutFlags(): this {
    const path = join(this.#folder, 'lib', 'testing', 'test-app.ts');
    const source = readFileSync(path, 'utf8');
    const flags = '...cx_api.CURRENTLY_RECOMMENDED_FLAGS, ';
    if (!source.includes(flags)) throw new Error(`${path}: no such text to remove, got '${flags}'`);
    writeFileSync(path, source.replace(flags, ''));
    this.#left.push('feature-flags');
    return this;
  }

  /** What fails of the tests of constructs. */
  failures(): string[] {
    const jest = join(PROJECT, 'node_modules', 'jest', 'bin', 'jest.js');
    const ignored = this.#left.map((name) => `--testPathIgnorePatterns=${name}`);
    const args = ['test/lib/constructs', '--runInBand', '--silent', ...ignored];
    const { stderr } = spawnSync(process.execPath, [jest, ...args], { cwd: this.#folder, encoding: 'utf8' });
    if (!/^Tests: .* \d{2,} passed/m.test(stderr)) throw new Error(`the tests did not run:\n${stderr}`);
    return stderr.split('\n').filter((line) => /^(FAIL| {2}●) /.test(line));
  }
}

describe('construct tests', () => {
  const newest = join(PROJECT, 'node_modules');
  let floor: string;

  beforeAll(() => {
    const packages = new Consumer(24).write({ 'package.json': { private: true } });
    packages.install(...CDK.map((name) => `${name}@${oldest(name)}`));
    floor = join(packages.folder, 'node_modules');
  });

  it('pass on the oldest aws-cdk-lib we claim, with all feature flags', () => {
    expect(new OtherClone(floor).failures()).toEqual([]);
  });

  it('pass on the oldest, without flags', () => {
    expect(new OtherClone(floor).withoutFlags().failures()).toEqual([]);
  });

  it('pass on the newest, without flags', () => {
    expect(new OtherClone(newest).withoutFlags().failures()).toEqual([]);
  });

  it('do not pass on one that is older than that (control)', () => {
    const packages = new Consumer(24).write({ 'package.json': { private: true } });
    packages.install('aws-cdk-lib@2.189.1', `constructs@${oldest('constructs')}`);
    const failures = new OtherClone(join(packages.folder, 'node_modules')).failures();
    expect(failures).toContain('FAIL test/lib/constructs/edge.test.ts');
  });
});
