import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { ProcessGroup } from '../../twin/process-group.ts';
import { Reaper } from '../../twin/reaper.ts';
import { isAlive } from '../alive.ts';
import { until } from '../until.ts';

const startSleeper = (reaper: Reaper) =>
  new ProcessGroup(reaper, {
    command: ['/bin/sh', '-c', 'sleep 1000 & sleep 1000'],
    cwd: '/',
    environment: { PATH: process.env.PATH! },
    output: () => {},
  });

/** A twin that starts two sleepers, one of them registered, and says all process ids. */
async function startTwin() {
  const source = `
    import { spawn } from 'node:child_process';
    import { Reaper } from ${JSON.stringify(new URL('../../twin/reaper.ts', import.meta.url).href)};
    const reaper = new Reaper();
    const start = () => spawn('/bin/sh', ['-c', 'trap "" TERM; sleep 1000 & sleep 1000'], { detached: true, stdio: 'ignore' }).pid;
    const kept = start(), unknown = start(), ended = start();
    reaper.add(kept); reaper.add(ended); reaper.remove(ended);
    console.log(JSON.stringify({ kept, unknown, ended, reaper: reaper.pid }));
    setInterval(() => {}, 1000);`;
  const twin = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: twin.stdout })) {
    return { twin, pids: JSON.parse(line) as Record<'kept' | 'unknown' | 'ended' | 'reaper', number> };
  }
  throw new Error('the twin said nothing');
}

describe('Reaper', () => {
  it('kills what was registered when the twin is killed, and only that', async () => {
    const { twin, pids } = await startTwin();
    try {
      twin.kill('SIGKILL');
      await until(() => !isAlive(-pids.kept) && !isAlive(pids.reaper));
      // The negative control: what it was not told of, or told to forget, lives on.
      expect(isAlive(pids.unknown)).toBe(true);
      expect(isAlive(pids.ended)).toBe(true);
    } finally {
      process.kill(-pids.unknown, 'SIGKILL');
      process.kill(-pids.ended, 'SIGKILL');
    }
  });

  it('is started again when it is killed, and still knows everyone', async () => {
    const reaper = new Reaper();
    const sleeper = startSleeper(reaper);
    const first = reaper.pid!;
    process.kill(first, 'SIGKILL');
    await until(() => reaper.pid !== first);
    await reaper.close();
    expect(await sleeper.exited).toEqual({ code: 137, signal: 'SIGKILL' });
  });
});
