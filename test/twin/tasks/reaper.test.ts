import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { ProcessGroup } from '../../../twin/tasks/process-group.ts';
import { Reaper } from '../../../twin/tasks/reaper.ts';
import { until } from './until.ts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

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
    import { Reaper } from ${JSON.stringify(new URL('../../../twin/tasks/reaper.ts', import.meta.url).href)};
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
      await until(() => !alive(-pids.kept) && !alive(pids.reaper));
      // The negative control: what it was not told of, or told to forget, lives on.
      expect(alive(pids.unknown)).toBe(true);
      expect(alive(pids.ended)).toBe(true);
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

describe('ProcessGroup', () => {
  it('ends a process that does not listen, and all it started', async () => {
    const reaper = new Reaper();
    let said = '';
    const stubborn = new ProcessGroup(reaper, {
      command: ['/bin/sh', '-c', 'trap "echo not yet" TERM; echo up; while :; do sleep 0.05; done'],
      cwd: '/',
      environment: { PATH: process.env.PATH! },
      output: (_, text) => {
        said += text;
      },
    });
    await until(() => said.includes('up'));
    expect(await stubborn.stop(200)).toEqual({ code: 137, signal: 'SIGKILL' });
    expect(said).toContain('not yet');
    await until(() => !alive(-stubborn.pid!));
    await reaper.close();
  });

  it('says of a program that is not there what a container runtime says', async () => {
    const reaper = new Reaper();
    let said = '';
    const none = new ProcessGroup(reaper, {
      command: ['no-such-program'],
      cwd: '/',
      environment: {},
      output: (_, text) => {
        said += text;
      },
    });
    expect(await none.exited).toMatchObject({ code: 127 });
    expect(said).toBe('exec no-such-program: no such file or directory\n');
    await reaper.close();
  });
});
