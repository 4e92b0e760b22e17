import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { spawnOnOneAddress, whyNoOneAddress } from '../one-address.ts';
import { temporaryFolder } from '../rehearsal.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const node = process.execPath;

if (whyNoOneAddress) console.warn(`NOT TRIED without a network: ${whyNoOneAddress}`);

/** A PATH with Node and the shell's own tools on it, and nothing else: no docker, no aws, no cdk. */
async function barePath(): Promise<string> {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  symlinkSync(node, join(folder, 'node'));
  for (const tool of ['sh', 'env', 'kill']) {
    for (const place of process.env.PATH!.split(delimiter)) {
      const path = join(place, tool);
      const found = await run('test', ['-x', path]).then(
        () => true,
        () => false,
      );
      if (!found) continue;
      symlinkSync(path, join(folder, tool));
      break;
    }
  }
  return folder;
}

/** Runs a command with these variables and no others; where it can be had, on a machine without a network. */
async function alone(variables: Record<string, string>, ...command: string[]) {
  const start = whyNoOneAddress ? spawn : spawnOnOneAddress;
  const pairs = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const child = start('env', ['-i', ...pairs, ...command], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const [code] = (await once(child, 'exit')) as [number];
  return { code, said };
}

describe('a local run needs no Docker, no token, no account and no network', () => {
  it('synthesizes, starts, runs a task and stops with nothing but Node on the PATH and no AWS variable set', async () => {
    const variables = { PATH: await barePath(), HOME: temporaryFolder(), TMPDIR: process.env.TMPDIR! };
    const data = ['--data', join(temporaryFolder(), 'data')];
    const mosaic = (...args: string[]) => alone(variables, node, join(root, 'bin', 'mosaic.ts'), ...args);
    try {
      expect(await mosaic('up', '--detach', '--stage', 'dev', '--port', '0', ...data)).toMatchObject({ code: 0 });
      expect(await mosaic('run', 'catalog', ...data, '--', 'node', 'seed.js')).toMatchObject({ code: 0 });
    } finally {
      expect(await mosaic('down', ...data)).toMatchObject({ code: 0 });
    }
  });

  it('negative control: what does need Docker, or a network, fails there', async () => {
    const variables = { PATH: await barePath(), HOME: temporaryFolder() };
    expect((await alone(variables, 'sh', '-c', 'docker version')).code).not.toBe(0);
    const lookUp = "fetch('http://192.0.2.1', { signal: AbortSignal.timeout(2000) }).catch(() => process.exit(7))";
    expect((await alone(variables, node, '-e', lookUp)).code).toBe(7);
  });
});
