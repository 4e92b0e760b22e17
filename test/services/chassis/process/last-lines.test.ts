import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';

const runTask = join(import.meta.dirname, '../../../../services/chassis/process/run-task.ts');

/** Runs a task that writes so many lines and then ends in its own way. */
async function ended(ending: string, count = 1_000) {
  const source = `
    import { runTask } from ${JSON.stringify(runTask)};
    runTask({ settings: {}, timeoutMs: 1000, async run(_, { log }) {
      for (let n = 1; n <= ${count}; n += 1) log.info('line', { n });
      ${ending};
    } });`;
  const task = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    env: { MOSAIC_SERVICE: 'example', MOSAIC_STAGE: 'test' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(task.stdout), once(task, 'close')]);
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    code,
    numbers: lines.filter(({ n }) => n !== undefined).length,
    errors: lines.filter(({ level }) => level === 'error'),
  };
}

describe('the last lines of a process are out', () => {
  it.each([
    ['when its work is done', '', 0],
    ['when its work fails', `throw new Error('no')`, 1],
    [
      'when something fails that nobody waits for',
      `setTimeout(() => { throw new Error('no') }); await new Promise(() => {})`,
      1,
    ],
    [
      'when a promise is rejected that nobody waits for',
      `Promise.reject(new Error('no')); await new Promise(() => {})`,
      1,
    ],
  ])('%s', async (_, ending, code) => {
    const result = await ended(ending);
    expect(result).toMatchObject({ code, numbers: 1_000 });
    expect(result.errors).toMatchObject(code === 1 ? [{ error: { message: 'no' } }] : []);
  });

  it('when what nobody catches cannot be written as text', async () => {
    const ending = `setTimeout(() => { throw Object.assign(Object.create(null), { id: 1n }) }); await new Promise(() => {})`;
    const result = await ended(ending);
    expect(result).toMatchObject({ code: 1, numbers: 1_000 });
    expect(result.errors).toMatchObject([{ error: { id: '1' } }]);
  });

  it('when somebody ends it, as far as a pipe takes them at once', async () => {
    expect(await ended('process.exit(3)', 100)).toMatchObject({ code: 3, numbers: 100 });
  });

  it('but not when it is killed: the control', async () => {
    expect((await ended(`process.kill(process.pid, 'SIGKILL')`)).numbers).toBeLessThan(1_000);
  });
});
