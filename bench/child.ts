import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';

/** How a script is started. */
export interface ChildOptions {
  /** Arguments of the script. @default - none */
  readonly args?: readonly string[];
  /** Options of Node. @default - none */
  readonly execArgv?: readonly string[];
  /** Environment variables, in addition to those of this process. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A script in a process of its own that sends messages and answers them; what it prints is dropped. */
export class Child {
  readonly #script: string;
  readonly #process: ChildProcess;

  constructor(script: string, { args = [], execArgv = [], environment = {} }: ChildOptions = {}) {
    this.#script = script;
    this.#process = fork(script, args, {
      env: { ...process.env, ...environment },
      execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.#process.stdout!.resume();
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Its next message; fails if it ends instead. */
  told<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const child = this.#process;
      const ended = (code: number | null): void => reject(new Error(`${this.#script} ended with ${code}`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message as T);
      });
    });
  }

  tell(message: Serializable): void {
    this.#process.send(message);
  }

  /** Sends a message and resolves with the answer. */
  ask<T>(message: Serializable): Promise<T> {
    this.tell(message);
    return this.told<T>();
  }

  /** Disconnects, which makes the script exit, and resolves once it is gone. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    if (child.connected) child.disconnect();
    await gone;
  }
}
