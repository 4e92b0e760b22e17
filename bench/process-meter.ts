import { readdirSync, readFileSync } from 'node:fs';

/** Figures of any process, read from /proc, so on Linux only. */

/** Processor time these processes have used so far, in microseconds. */
export function cpuOf(pids: readonly number[]): number {
  const threads = pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`),
  );
  return threads.reduce((sum, path) => sum + Number(readFileSync(`${path}/schedstat`, 'utf8').split(' ')[0]) / 1000, 0);
}

/** Memory of a process in MB, with its share of what several processes use (PSS). */
export const memoryOf = (pid: number): number => megabytes(pid, 'Pss');

/** The same, as if exactly one other process shared its pages, however many there are. */
export const memoryBesideOne = (pid: number): number =>
  megabytes(pid, 'Private_(?:Clean|Dirty)') + megabytes(pid, 'Shared_(?:Clean|Dirty)') / 2;

function megabytes(pid: number, kind: string): number {
  const found = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(new RegExp(`^${kind}:\\s+(\\d+)`, 'gm'));
  return [...found].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) / 1024, 0);
}

/** All descendants of a process. */
export function descendantsOf(pid: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = pids.map(Number).filter((each) => parentOf(each) === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** The command line of a process. */
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
