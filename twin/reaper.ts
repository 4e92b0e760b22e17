import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads `+group` and `-group` lines; when its input ends, because the twin did, it kills every group left.
 * Plain POSIX: dash and the shell of a Mac run it.
 */
const SCRIPT = `
trap '' INT TERM HUP
groups=' '
while read -r line; do
  case $line in
    +*) groups="$groups\${line#+} " ;;
    -*) group=\${line#-}; case $groups in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
`;

/**
 * Ends what the twin started when the twin ends, even by SIGKILL: a separate process whose input is a pipe from the
 * twin. Each child is started in its own process group, which is added here.
 */
export class Reaper {
  readonly #groups = new Set<number>();
  #process: ChildProcess | undefined;
  #closed = false;

  constructor() {
    this.#start();
  }

  /** Process id of the reaper itself. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** From now on this process group dies with the twin. */
  add(group: number): void {
    this.#groups.add(group);
    this.#tell(`+${group}`);
  }

  /** The group has ended; its number may come to belong to someone else. */
  remove(group: number): void {
    if (this.#groups.delete(group)) this.#tell(`-${group}`);
  }

  /** Kills what is left, at once. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    child.stdin?.end();
    await exited;
  }

  #start(): void {
    // Detached, so that a ctrl-C meant for the twin does not end it.
    const child = spawn('/bin/sh', ['-c', SCRIPT], {
      detached: true,
      cwd: '/',
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.on('error', () => {});
    child.once('error', () => {});
    child.once('exit', () => {
      if (this.#closed || this.#process !== child) return;
      this.#start();
    });
    child.unref();
    (child.stdin as unknown as { unref(): void }).unref();
    this.#process = child;
    for (const group of this.#groups) this.#tell(`+${group}`);
  }

  #tell(line: string): void {
    this.#process?.stdin?.write(`${line}\n`);
  }
}
