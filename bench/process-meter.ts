import { readdirSync, readFileSync } from 'node:fs';

/** Figures of processes that need not know of it: from /proc, so on Linux only. */

/** Time these have spent on a processor so far, in microseconds. */
export function cpuOf(pids: readonly number[]): number {
  const threads = pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`),
  );
  return threads.reduce((sum, path) => sum + Number(readFileSync(`${path}/schedstat`, 'utf8').split(' ')[0]) / 1000, 0);
}

/** Memory of a process in MB, its part of what it shares with others included (PSS). */
export const memoryOf = (pid: number): number => megabytes(pid, 'Pss');

/** The same as it were with one other process to share with, however many there are. */
export const memoryBesideOne = (pid: number): number =>
  megabytes(pid, 'Private_(?:Clean|Dirty)') + megabytes(pid, 'Shared_(?:Clean|Dirty)') / 2;

function megabytes(pid: number, kind: string): number {
  const found = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(new RegExp(`^${kind}:\\s+(\\d+)`, 'gm'));
  return [...found].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) / 1024, 0);
}

/** All processes it has started, and those have. */
export function descendantsOf(pid: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = pids.map(Number).filter((each) => parentOf(each) === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** What a process was started with. */
export const commandOf = (pid: number): string[] => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It has gone since it was listed.
    return undefined;
  }
}
