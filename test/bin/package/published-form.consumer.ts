import { beforeAll, describe, expect, it } from '@jest/globals';
import { Consumer, tarball } from './consumer.ts';

describe('those who check packages', () => {
  let checks: Consumer;

  beforeAll(() => {
    checks = new Consumer(24).write({ 'package.json': { private: true } });
    checks.install('publint@0.3.25', '@arethetypeswrong/cli@0.18.5');
  });

  it('publint has nothing to say', () => {
    expect(checks.npx('publint', 'run', tarball(), '--strict')).toContain('All good!');
  });

  it.each([
    ['what both module systems open', ['--exclude-entrypoints', './twin']],
    ['what ES modules open', ['--entrypoints', './twin', '--profile', 'esm-only']],
  ])('attw has nothing to say of %s', (_, options) => {
    expect(checks.npx('attw', tarball(), ...options)).not.toContain('❌');
  });

  it('attw finds a door that one of them cannot open (control)', () => {
    expect(checks.try('npx', '--no-install', 'attw', tarball())).toMatchObject({ code: 1 });
  });
});
