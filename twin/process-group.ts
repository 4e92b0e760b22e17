import { type ChildProcess, spawn } from 'node:child_process';
import type { Reaper } from './reaper.ts';

/** How a process is started. */
export interface ProcessOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing of the twin's own is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes what the process writes, piece by piece. */
  readonly output: (source: OutputSource, text: string) => void;
}

/** Where a process wrote something. */
export type OutputSource = 'stdout' | 'stderr';

/** How a process ended. */
export interface Exit {
  /** 128 plus the signal's number if a signal ended it, as container runtimes report it. */
  readonly code: number;
  readonly signal: NodeJS.Signals | undefined;
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/** A process and everything it starts; they end together, even if the twin is killed. */
export class ProcessGroup {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  #over = false;

  constructor(reaper: Reaper, { command, cwd, environment, output }: ProcessOptions) {
    const [file = '', ...args] = command;
    const child = spawn(file, args, { cwd, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    if (child.pid !== undefined) reaper.add(child.pid);
    child.stdout.setEncoding('utf8').on('data', (text: string) => output('stdout', text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => output('stderr', text));
    this.exited = new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (child.pid !== undefined) return;
        output('stderr', `exec ${file}: ${error.code === 'ENOENT' ? 'no such file or directory' : error.message}\n`);
        resolve({ code: error.code === 'ENOENT' ? 127 : 126, signal: undefined });
      });
      child.once('exit', (code, signal) => {
        this.#over = true;
        // When the first process of a container ends, so do the others.
        signalGroup(child.pid!, 'SIGKILL');
        reaper.remove(child.pid!);
        const exit = { code: code ?? 128 + (SIGNALS[signal!] ?? 0), signal: signal ?? undefined };
        // A process that left the group may still hold the pipes; its output is not awaited.
        const patience = setTimeout(() => resolve(exit), 1000);
        child.once('close', () => {
          clearTimeout(patience);
          resolve(exit);
        });
      });
    });
  }

  /** Undefined if the program could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks the first process to end; after `patience` milliseconds all are killed. */
  async stop(patience: number, signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    if (!this.#over && this.pid !== undefined) {
      this.#child.kill(signal);
      const timer = setTimeout(() => this.kill(), patience);
      void this.exited.then(() => clearTimeout(timer));
    }
    return this.exited;
  }

  /** Kills the process and all it started. */
  kill(): void {
    if (!this.#over && this.pid !== undefined) signalGroup(this.pid, 'SIGKILL');
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // The whole group has ended.
  }
}
