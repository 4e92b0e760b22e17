import { spawnSync } from 'node:child_process';

/** For times by the clock, of which waiting for a processor is no part: where the machine lets us, on Linux as root. */

/** Does this, and runs all it starts, ahead of whatever else the machine does. */
export async function ahead<T>(work: () => Promise<T>): Promise<T> {
  schedule(process.pid, 10, '--rr');
  try {
    return await work();
  } finally {
    schedule(process.pid, 0, '--other');
  }
}

/** Lets these go ahead as long as they run, but nothing they start from now on, such as a check of their health. */
export function goAhead(pids: readonly number[]): void {
  for (const pid of pids) schedule(pid, 10, '--reset-on-fork', '--rr');
}

function schedule(pid: number, priority: number, ...policy: readonly string[]): void {
  spawnSync('chrt', ['--all-tasks', ...policy, '--pid', String(priority), String(pid)], { stdio: 'ignore' });
}
