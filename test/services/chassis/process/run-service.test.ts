import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import { RawConnection } from '../running-service.ts';

type Line = Record<string, unknown>;

/** A process of ours, and the lines it has written. */
class Running {
  readonly #process: ChildProcess;
  readonly #waiting: (() => void)[] = [];
  readonly lines: Line[] = [];
  readonly exitCode: Promise<number | null>;

  constructor(environment: Record<string, string>) {
    this.#process = spawn(process.execPath, [join(import.meta.dirname, '../example-main.ts')], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface(this.#process.stdout!).on('line', (line) => {
      const parsed: Line = JSON.parse(line);
      if (parsed.msg !== 'metrics') this.lines.push(parsed);
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
    this.exitCode = once(this.#process, 'close').then(([code]) => code);
  }

  /** Resolves with the first line whose message matches. */
  async line(pattern: RegExp): Promise<Line> {
    for (;;) {
      const found = this.lines.find(({ msg }) => pattern.test(String(msg)));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }
}

const times = { MOSAIC_REQUEST_TIMEOUT_MS: '30000', MOSAIC_DRAIN_MS: '31000' };
const identity = { MOSAIC_SERVICE: 'example', MOSAIC_STAGE: 'test' };
const environment = { ...identity, PORT: '0', MOSAIC_MANAGEMENT_PORT: '0', ...times };
let running: Running | undefined;

const start = (values: Record<string, string>): Running => {
  running = new Running(values);
  return running;
};

async function withRequestInFlight(values = environment) {
  const example = start(values);
  const { port } = (await example.line(/^listening/)) as { port: number };
  const connection = new RawConnection(port);
  connection.write('GET /things/1 HTTP/1.1\r\nhost: x\r\n\r\n');
  const release = () =>
    fetch(`http://127.0.0.1:${port}/things`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"x"}',
    });
  return { example, connection, port, release };
}

describe('a service told to stop', () => {
  afterEach(() => running?.signal('SIGKILL'));

  it('finishes its work, then exits with 0', async () => {
    const { example, connection, release } = await withRequestInFlight();
    example.signal('SIGTERM');
    await example.line(/^draining/);
    expect((await release()).headers.get('connection')).toBe('close');
    expect(await connection.receives(/"id":1/)).toMatch(/connection: close/i);
    expect(await example.exitCode).toBe(0);
    expect(example.lines.flatMap(({ msg }) => msg ?? [])).toEqual([
      expect.stringMatching(/^listening on port \d+$/),
      'draining',
      'POST /things 201',
      'GET /things/{id} 200',
      'drained',
    ]);
    expect(example.lines.every(({ service, stage }) => service === 'example' && stage === 'test')).toBe(true);
  });

  it('exits with 1 if it had to give up a request', async () => {
    const short = { ...environment, MOSAIC_REQUEST_TIMEOUT_MS: '1500', MOSAIC_DRAIN_MS: '1500' };
    const example = start(short);
    const { port } = (await example.line(/^listening/)) as { port: number };
    const connection = new RawConnection(port);
    await connection.opened();
    connection.stopReading();
    connection.write('GET /things/2 HTTP/1.1\r\nhost: x\r\n\r\n');
    await inFlight(example);
    example.signal('SIGTERM');
    expect(await example.exitCode).toBe(1);
    expect(example.lines.filter(({ msg }) => msg !== undefined).at(-1)).toMatchObject({
      level: 'error',
      msg: 'gave up 1 requests: the time to drain was over',
    });
  });

  it('exits at once when it is told again', async () => {
    const { example } = await withRequestInFlight();
    example.signal('SIGTERM');
    await example.line(/^draining/);
    example.signal('SIGTERM');
    expect(await example.exitCode).toBe(1);
    expect(example.lines.at(-1)).toMatchObject({
      level: 'warn',
      msg: 'second signal to stop: ends at once',
      inFlight: 1,
    });
  });

  it('does the same when somebody presses Ctrl-C, and says what a second time does', async () => {
    const { example, connection, release } = await withRequestInFlight();
    example.signal('SIGINT');
    expect(await example.line(/^draining/)).toMatchObject({ hint: 'a second signal ends it at once' });
    await release();
    await connection.receives(/"id":1/);
    expect(await example.exitCode).toBe(0);
  });

  it('ends at once when Ctrl-C is pressed twice', async () => {
    const { example } = await withRequestInFlight();
    example.signal('SIGINT');
    await example.line(/^draining/);
    example.signal('SIGINT');
    expect(await example.exitCode).toBe(1);
  });

  it('does not drain on a hangup: the control', async () => {
    const { example } = await withRequestInFlight();
    example.signal('SIGHUP');
    expect(await example.exitCode).toBeNull();
    expect(example.lines.map(({ msg }) => msg)).not.toContain('draining');
  });
});

/** The request written before this one has arrived: the server answers connections in order of arrival. */
async function inFlight(example: Running): Promise<void> {
  const { port } = (await example.line(/^listening/)) as { port: number };
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
}

describe('the management port', () => {
  afterEach(() => running?.signal('SIGKILL'));

  it('tells operators about the service, and the port of its callers does not', async () => {
    const example = start({ ...environment, MOSAIC_VERSION: 'abc123' });
    const { port, managementPort } = (await example.line(/^listening/)) as { port: number; managementPort: number };
    const get = (on: number, path: string): Promise<Response> => fetch(`http://127.0.0.1:${on}${path}`);
    await get(port, '/nothing');

    expect(await (await get(managementPort, '/info')).json()).toMatchObject({
      ...who,
      version: 'abc123',
      node: process.version,
    });
    expect(await (await get(managementPort, '/breakers')).json()).toEqual({ breakers: [] });
    const metrics = await get(managementPort, '/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(await metrics.text()).toMatch(/request_duration\w*\{[^}]*status="4xx"[^}]*\} /);
    expect((await get(managementPort, '/things/1')).status).toBe(404);
    expect((await get(port, '/info')).status).toBe(404);
  });
});

const who = { service: 'example', stage: 'test' };

describe('a service that cannot start', () => {
  it('says in one line what is missing and exits with 1', async () => {
    const example = start({ ...environment, MOSAIC_STAGE: '', PORT: 'http' });
    expect(await example.exitCode).toBe(1);
    expect(example.lines).toMatchObject([
      {
        level: 'error',
        msg: expect.stringContaining(
          "MOSAIC_STAGE must be text, got nothing; PORT must be a port number from 0 to 65535, got 'http'",
        ),
      },
    ]);
  });

  it('says that its management port is taken, and which variable to set', async () => {
    const { example: first } = await withRequestInFlight();
    const { managementPort } = await first.line(/^listening/);
    const second = start({ ...environment, MOSAIC_MANAGEMENT_PORT: String(managementPort) });
    expect(await second.exitCode).toBe(1);
    expect(second.lines).toMatchObject([{ msg: expect.stringMatching(/EADDRINUSE.*set MOSAIC_MANAGEMENT_PORT/) }]);
    first.signal('SIGKILL');
  });

  it('says that its port is taken', async () => {
    const { port } = await withRequestInFlight();
    const first = running!;
    const second = start({ ...environment, PORT: String(port) });
    expect(await second.exitCode).toBe(1);
    expect(second.lines).toMatchObject([{ level: 'error', msg: expect.stringMatching(/EADDRINUSE.*; set PORT$/) }]);
    first.signal('SIGKILL');
  });
});
