import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A server in a process of its own, which says what it has cost. */
export class MeasuredProcess {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  /** Starts a file that calls {@link answerMeasurements}. */
  static async start(
    file: string,
    execArgv: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<MeasuredProcess> {
    const child = fork(file, {
      env: { ...process.env, ...environment },
      execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    child.stdout?.resume();
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${file} ended with ${code} before it listened`);
    });
    const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ readonly port: number }];
    ended.catch(() => {});
    return new MeasuredProcess(child, port);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Microseconds of CPU it has taken so far. */
  async cpu(): Promise<number> {
    this.#process.send('cpu');
    const [{ cpu }] = (await once(this.#process, 'message')) as [{ readonly cpu: number }];
    return cpu;
  }

  /** Bytes of its heap that are still in use after a collection; it must run with `--expose-gc`. */
  async heap(): Promise<number> {
    this.#process.send('heap');
    const [{ heap }] = (await once(this.#process, 'message')) as [{ readonly heap: number }];
    return heap;
  }

  /** Tells it to leave, and resolves once it has. */
  async stop(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.disconnect();
    await gone;
  }
}

/** Called by the measured process once it listens: answers what is asked of it, and leaves with who asked. */
export function answerMeasurements(port: number): void {
  process.on('message', (question) => {
    if (question === 'cpu') {
      const { user, system } = process.cpuUsage();
      process.send!({ cpu: user + system });
    } else {
      (globalThis as { gc?: () => void }).gc?.();
      process.send!({ heap: process.memoryUsage().heapUsed });
    }
  });
  process.on('disconnect', () => process.exit());
  process.send!({ port });
}
