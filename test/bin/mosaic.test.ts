import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Status } from '../../twin/report/status.ts';
import { synthesized, temporaryFolder } from '../rehearsal.ts';
import { until } from '../until.ts';

const root = join(import.meta.dirname, '..', '..');
const entry = join(root, 'bin', 'mosaic.ts');
let assembly: string;
let data: string;
const started: ChildProcess[] = [];

function mosaic(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], { cwd: root, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

const onData = (...args: string[]) => {
  const dashes = args.indexOf('--');
  return dashes < 0
    ? mosaic(...args, '--data', data)
    : mosaic(...args.slice(0, dashes), '--data', data, ...args.slice(dashes));
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

beforeAll(async () => {
  assembly = await synthesized();
});

afterEach(() => {
  if (data) onData('down');
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

describe('mosaic', () => {
  it('explains itself: every command with --help, and the exit codes', () => {
    const { code, stdout } = mosaic('--help');
    expect(code).toBe(0);
    for (const name of ['up', 'status', 'run', 'logs', 'denials', 'down']) {
      expect(stdout).toContain(`mosaic ${name}`);
      expect(mosaic(name, '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--data') });
    }
    expect(stdout).toContain('Exit codes');
  });

  it.each([
    [['dance'], 2, /no command 'dance'; there are up/],
    [['up', '--prt', '1'], 2, /--prt.*mosaic up --help/],
    [['up', '--port', 'eighty'], 2, /--port takes a number.*'eighty'/],
    [['run', 'catalog'], 2, /write the command after '--'/],
    [['status', '--data', '/nowhere/at/all'], 3, /no twin runs on \/nowhere\/at\/all; start one with 'mosaic up'/],
    [['up', '/no/such/cdk.out'], 1, /\/no\/such\/cdk\.out/],
  ])('%j ends with exit code %i and one line that helps', (args, code, line) => {
    const said = mosaic(...(args as string[]));
    expect(said).toMatchObject({ code, stdout: '' });
    expect(said.stderr).toMatch(line as RegExp);
    expect(said.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('names the file of an assembly that is corrupt', () => {
    const corrupt = join(temporaryFolder(), 'cdk.out');
    mkdirSync(corrupt);
    writeFileSync(join(corrupt, 'manifest.json'), '{ "version": ');
    expect(mosaic('up', corrupt)).toMatchObject({ code: 1, stderr: expect.stringContaining('manifest.json') });
  });

  it('lists the stages where there are several and none is named', () => {
    data = join(temporaryFolder(), 'data');
    expect(onData('up', assembly)).toMatchObject({ code: 1, stderr: expect.stringMatching(/dev.*prod.*--stage/) });
  });

  it('names the port that is taken, and starts nothing', async () => {
    data = join(temporaryFolder(), 'data');
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });
    const said = onData('up', assembly, '--stage', 'dev', '--port', String(port), '--detach');
    taken.close();
    expect(said).toMatchObject({ code: 1, stderr: expect.stringMatching(new RegExp(`${port}.*--port`)) });
    expect(onData('status').code).toBe(3);
  });

  it('comes up detached, tells its status, runs a task, shows logs, goes down', async () => {
    data = join(temporaryFolder(), 'data');
    expect(onData('up', assembly, '--stage', 'dev', '--port', '0', '--detach')).toMatchObject({ code: 0, stderr: '' });
    const status = JSON.parse(onData('status', '--json').stdout) as Status;
    expect(status).toMatchObject({ version: 1, services: [{ desired: 1 }, { desired: 1 }], denials: [] });
    const [url] = Object.values(status.urls);
    expect(onData('run', 'catalog', '--', 'node', 'seed.js').code).toBe(0);
    expect((await fetch(`${url}/catalog/products`)).status).toBe(200);
    expect(onData('logs', 'catalog').stdout).toContain('/catalog/products');
    expect(onData('run', 'nobody', '--', 'true')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/nobody.*catalog/),
    });
    expect(onData('status').stdout).not.toContain('\u001b[');
    expect(onData('down').code).toBe(0);
    expect(onData('status').code).toBe(3);
    expect(onData('logs', 'catalog').stdout).toContain('/catalog/products');
    expect(onData('logs', 'nobody')).toMatchObject({ code: 3, stderr: expect.stringContaining('nobody') });
  });

  it('leaves nothing behind when it is killed, and finds its data again', async () => {
    data = join(temporaryFolder(), 'data');
    const args = ['up', assembly, '--stage', 'dev', '--port', '0', '--data', data];
    const twin = spawn(process.execPath, [entry, ...args], { cwd: root, stdio: 'ignore' });
    started.push(twin);
    const up = await until(
      () => onData('status', '--json'),
      ({ code, stdout }) => code === 0 && Object.keys((JSON.parse(stdout) as Status).urls).length > 0,
    );
    const pids = (JSON.parse(up.stdout) as Status).services.flatMap(({ tasks }) => tasks.map(({ pid }) => pid!));
    expect(onData('run', 'catalog', '--', 'node', 'seed.js').code).toBe(0);
    expect(pids.every(isAlive)).toBe(true);
    twin.kill('SIGKILL');
    await until(
      () => pids.filter(isAlive),
      (left) => left.length === 0,
    );
    expect(onData('up', assembly, '--stage', 'dev', '--port', '0', '--detach').code).toBe(0);
    const { urls } = JSON.parse(onData('status', '--json').stdout) as Status;
    const list = (await (await fetch(`${Object.values(urls)[0]}/catalog/products`)).json()) as { products: unknown[] };
    expect(list.products.length).toBeGreaterThan(5);
  });
});
