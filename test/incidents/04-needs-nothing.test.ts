import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../rehearsal.ts';

const root = join(import.meta.dirname, '..', '..');

/** A PATH with Node and the shell's own tools on it, and nothing else: no docker, no aws, no cdk. */
function barePath(): string {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  symlinkSync(process.execPath, join(folder, 'node'));
  for (const tool of ['sh', 'dirname', 'readlink', 'kill']) {
    const found = process.env.PATH!.split(delimiter).map((place) => join(place, tool));
    const where = found.find((path) => spawnSync('test', ['-x', path]).status === 0);
    if (where) symlinkSync(where, join(folder, tool));
  }
  return folder;
}

function mosaic(args: string[], env: Record<string, string>) {
  return spawnSync(process.execPath, [join(root, 'bin', 'mosaic.ts'), ...args], { cwd: root, encoding: 'utf8', env });
}

describe('a local run needs no Docker, no token and no account', () => {
  it('starts, runs a task and stops with nothing but Node on the PATH and no AWS variable set', () => {
    const env = { PATH: barePath(), HOME: temporaryFolder() };
    const data = ['--data', join(temporaryFolder(), 'data')];
    const up = mosaic(['up', '--detach', '--stage', 'dev', '--port', '0', ...data], env);
    try {
      expect(up.stderr).toBe('');
      expect(up.status).toBe(0);
      expect(mosaic(['run', 'catalog', ...data, '--', 'node', 'seed.js'], env).status).toBe(0);
    } finally {
      expect(mosaic(['down', ...data], env).status).toBe(0);
    }
  });

  it('negative control: what does need Docker fails on that PATH', () => {
    const env = { PATH: barePath(), HOME: temporaryFolder() };
    expect(spawnSync('sh', ['-c', 'docker version'], { env }).status).not.toBe(0);
  });
});
