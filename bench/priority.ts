import { spawnSync } from 'node:child_process';

/** Keeps waiting for a processor out of times by the clock, where the machine permits it: on Linux as root. */

/** Does the work, processes it starts included, ahead of everything else on the machine. */
export async function ahead<T>(work: () => Promise<T>): Promise<T> {
  schedule(process.pid, 10, '--rr');
  try {
    return await work();
  } finally {
    schedule(process.pid, 0, '--other');
  }
}

/** Puts these processes ahead while they run, but not those they start from now on, such as health checks. */
export function goAhead(pids: readonly number[]): void {
  for (const pid of pids) schedule(pid, 10, '--reset-on-fork', '--rr');
}

function schedule(pid: number, priority: number, ...policy: readonly string[]): void {
  spawnSync('chrt', ['--all-tasks', ...policy, '--pid', String(priority), String(pid)], { stdio: 'ignore' });
}
