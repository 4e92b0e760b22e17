import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A script in a process of its own, that says things and can be asked; it leaves with who started it. */
export class Child {
  readonly #process: ChildProcess;

  constructor(script: string, args: readonly string[] = [], execArgv: readonly string[] = []) {
    this.#process = fork(script, args, { execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv] });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** What it says next; it says something or ends. */
  told<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const child = this.#process;
      const ended = (code: number | null): void => reject(new Error(`${child.spawnargs.at(-1)} ended with ${code}`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message as T);
      });
    });
  }

  tell(message: object): void {
    this.#process.send(message);
  }

  /** Tells it something, and resolves with what it says then. */
  ask<T>(message: object): Promise<T> {
    this.tell(message);
    return this.told<T>();
  }

  /** Lets go of it, and resolves once it is gone. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    if (child.connected) child.disconnect();
    await gone;
  }
}
