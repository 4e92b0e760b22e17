import { type ChildProcess, spawn } from 'node:child_process';
import type { Reaper } from '../reaper.ts';

export interface ProcessOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  /** All of it: nothing of the twin's own environment is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** Hears what the process writes, piece by piece. */
  readonly output: (source: OutputSource, text: string) => void;
}

export type OutputSource = 'stdout' | 'stderr';

/** How a process ended. */
export interface Exit {
  /** 128 and the signal's number where a signal ended it, as a container runtime has it. */
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

/** A process and all it starts, which end together: also when the twin is killed. */
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
        // With the first process of a container all others end.
        signalGroup(child.pid!, 'SIGKILL');
        reaper.remove(child.pid!);
        const exit = { code: code ?? 128 + (SIGNALS[signal!] ?? 0), signal: signal ?? undefined };
        // What left the group may still hold the pipes: its output is not waited for.
        const patience = setTimeout(() => resolve(exit), 1000);
        child.once('close', () => {
          clearTimeout(patience);
          resolve(exit);
        });
      });
    });
  }

  /** Undefined where the program could not be started. */
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
    // All of it has ended.
  }
}
