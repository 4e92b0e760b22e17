import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OtlpReceiver } from '../telemetry/otlp-receiver.ts';

const runTask = join(import.meta.dirname, '../../../../services/chassis/process/run-task.ts');

/** Runs a task of so much code and so much time. */
async function ended(code: string, timeoutMs: number, environment: Record<string, string> = {}) {
  const source = `
    import { runTask } from ${JSON.stringify(runTask)};
    runTask({ settings: {}, timeoutMs: ${timeoutMs}, async run(_, { log }) { ${code} } });`;
  const task = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    env: { MOSAIC_SERVICE: 'example', MOSAIC_STAGE: 'test', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [exitCode]] = await Promise.all([text(task.stdout), once(task, 'close')]);
  const lines = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { exitCode, lines: lines.filter(({ msg }) => msg !== 'metrics') };
}

describe('a task', () => {
  it('that takes longer than it may is ended, and says so', async () => {
    const { exitCode, lines } = await ended('await new Promise((done) => setTimeout(done, 60_000));', 100);
    expect(exitCode).toBe(1);
    expect(lines).toMatchObject([{ level: 'error', msg: 'the task took longer than its 100 ms; raise timeoutMs' }]);
  });

  it('that is done in its time ends well: the control', async () => {
    expect(await ended('', 10_000)).toEqual({ exitCode: 0, lines: [] });
  });

  it('that is told to stop says so', async () => {
    const stop = `process.kill(process.pid, 'SIGINT'); await new Promise((done) => setTimeout(done, 60_000));`;
    const { exitCode, lines } = await ended(stop, 60_000);
    expect(exitCode).toBe(1);
    expect(lines).toMatchObject([{ level: 'warn', msg: 'stopped before its work was done' }]);
  });
});

describe('the span of a task that failed', () => {
  let receiver: OtlpReceiver;

  beforeEach(() => {
    receiver = new OtlpReceiver();
  });
  afterEach(() => receiver.stop());

  it('gets to the collector before the process ends', async () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: await receiver.start() };
    const { exitCode } = await ended(`throw new Error('boom');`, 10_000, environment);
    expect(exitCode).toBe(1);
    expect(receiver.spans).toMatchObject([{ name: 'task', status: { code: 2, message: 'boom' } }]);
  });
});
