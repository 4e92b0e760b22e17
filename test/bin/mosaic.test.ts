import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Status } from '../../twin/report/status.ts';
import { isAlive } from '../alive.ts';
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

  it.each([[['--port', 'abc']], [['--ssm-parameters', 'nowhere.json']], [[]]])(
    'says of %j, where no cdk.json is, the same detached: one line, and exit code 2',
    (args) => {
      data = join(temporaryFolder(), 'data');
      const cwd = temporaryFolder();
      const up = (...more: string[]) => {
        const words = [entry, 'up', ...args, '--data', data, ...more];
        const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd, encoding: 'utf8' });
        return { code: status, stdout, stderr };
      };
      const said = up();
      expect(said).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^mosaic: .*(--|cdk\.json).*\n$/),
      });
      expect(up('--detach')).toEqual(said);
    },
  );

  it('names the file of an assembly that is corrupt', () => {
    const corrupt = join(temporaryFolder(), 'cdk.out');
    mkdirSync(corrupt);
    writeFileSync(join(corrupt, 'manifest.json'), '{ "version": ');
    expect(mosaic('up', corrupt)).toMatchObject({ code: 1, stderr: expect.stringContaining('manifest.json') });
  });

  it('lists the stages if there are several and none is named', () => {
    data = join(temporaryFolder(), 'data');
    expect(onData('up', assembly)).toMatchObject({ code: 1, stderr: expect.stringMatching(/dev.*prod.*--stage/) });
  });

  it('names a port that is in use, and starts nothing', async () => {
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

  it('starts detached, shows its status, runs a task, shows logs, stops', async () => {
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

  describe('with a service that cannot be rehearsed', () => {
    let partly: string;
    beforeAll(async () => {
      partly = await synthesized(join(root, 'test', 'apps', 'service-alone'), { BESIDE: 'greeter' });
      data = join(temporaryFolder(), 'data');
    });
    const REFUSED = /Greeter\/GreeterService\w+.*: .*no stack of this assembly writes the SSM parameter \/org\/topic; /;

    it('fails detached, says which and why, and leaves nothing running', () => {
      const said = onData('up', partly, '--port', '0', '--detach');
      expect(said).toMatchObject({ code: 1, stderr: expect.stringMatching(REFUSED) });
      expect(said.stderr).toContain('--partial');
      expect(onData('status').code).toBe(3);
    });

    it('runs the others with --partial, and says which is left out and why', () => {
      const said = onData('up', partly, '--port', '0', '--detach', '--partial');
      expect(said).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(REFUSED) });
      expect(onData('status').stdout).toMatch(REFUSED);
    });

    it('goes on in the foreground, and sums up what is left out', async () => {
      const args = ['up', partly, '--port', '0', '--data', data];
      const twin = spawn(process.execPath, [entry, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
      started.push(twin);
      let said = '';
      twin.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      await until(() => /up {3}http.*\n.*without Greeter\/GreeterService\w+ {3}refused/.test(said));
      expect(said).toMatch(REFUSED);
    });

    it('runs all with the value that is missing', async () => {
      const file = join(temporaryFolder(), 'parameters.json');
      writeFileSync(file, '{ "/org/topic": "orders" }');
      const said = onData('up', partly, '--port', '0', '--detach', '--ssm-parameters', file);
      expect(said).toMatchObject({ code: 0, stderr: '' });
      const [url] = Object.values((JSON.parse(onData('status', '--json').stdout) as Status).urls);
      expect(await (await fetch(`${url}/greeting`)).json()).toEqual({ topic: 'orders' });
    });

    it.each([
      ['["a"]', /must hold an object/],
      ['{ "/org/topics": ["a", "b"] }', /\/org\/topics must be text \(a list: "a,b"\), got \["a","b"\]/],
      ['{ "/org/topic": ', /--ssm-parameters .* cannot be read as JSON/],
    ])('refuses a file of values that holds %s', (text, message) => {
      const file = join(temporaryFolder(), 'parameters.json');
      writeFileSync(file, text);
      const said = onData('up', partly, '--port', '0', '--ssm-parameters', file);
      expect(said).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    });
  });

  it('leaves nothing behind when it is killed, and finds its data again', async () => {
    data = join(temporaryFolder(), 'data');
    const args = ['up', assembly, '--stage', 'dev', '--port', '0', '--data', data];
    const twin = spawn(process.execPath, [entry, ...args], { cwd: root, stdio: 'ignore' });
    started.push(twin);
    await until(
      () => onData('status', '--json'),
      ({ code, stdout }) => code === 0 && Object.keys((JSON.parse(stdout) as Status).urls).length > 0,
    );
    expect(onData('run', 'catalog', '--', 'node', 'seed.js').code).toBe(0);
    const { services } = JSON.parse(onData('status', '--json').stdout) as Status;
    const pids = services.flatMap(({ tasks }) => tasks.flatMap(({ pid }) => pid ?? []));
    expect(pids.filter(isAlive)).not.toEqual([]);
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
