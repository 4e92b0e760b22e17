import { describe, expect, it } from '@jest/globals';
import { ProcessGroup } from '../../twin/process-group.ts';
import { Reaper } from '../../twin/reaper.ts';
import { isAlive } from '../alive.ts';
import { until } from '../until.ts';

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
    await until(() => !isAlive(-stubborn.pid!));
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
