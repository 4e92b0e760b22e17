import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reaper } from '../reaper.ts';

/** A program that must run as long as the twin does. */
export interface KeptProcessOptions {
  /** What messages call it: `engine dynamodb`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Whether it answers. */
  readonly healthy: () => Promise<boolean>;
  /** Ends it if the twin is killed. */
  readonly reaper: Pick<Reaper, 'add' | 'remove'>;
  /** Reports an unexpected end and what is done about it. */
  readonly onTrouble?: ((text: string) => void) | undefined;
}

const START_SECONDS = 10;
const STOP_SECONDS = 3;
/** After so many deaths within a minute another start will not help. */
const GIVE_UP_AFTER = 5;
const MINUTE = 60_000;

/** Starts a program, restarts it when it dies, and ends it on `close`. */
export class KeptProcess {
  readonly #props: KeptProcessOptions;
  #child: ChildProcess | undefined;
  #closing = false;
  #deaths: readonly number[] = [];
  #lastWords = '';

  constructor(props: KeptProcessOptions) {
    this.#props = props;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const { name, command, args, reaper, healthy } = this.#props;
    // Its own group: ctrl-C must reach only the twin, which ends its engines after the tasks that use them.
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    this.#child = child;
    let end: string | undefined;
    const started = Date.now();
    child.on('error', (error) => {
      end = error.message;
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-500);
    });
    child.on('exit', (code, signal) => {
      reaper.remove(child.pid!);
      end = `ended with ${signal ?? `exit code ${code}`}`;
    });
    if (child.pid !== undefined) reaper.add(child.pid);

    while (!(await healthy())) {
      if (this.#closing) return;
      if (end !== undefined)
        throw new Error(`${name}: ${command} ${end}: ${this.#lastWords.trim() || 'it said nothing'}`);
      if (Date.now() - started > START_SECONDS * 1000) {
        await this.close();
        throw new Error(`${name}: ${command} does not answer after ${START_SECONDS} s: ${this.#lastWords.trim()}`);
      }
      await sleep(10);
    }
    if (end !== undefined) void this.#again(end);
    else child.on('exit', () => void this.#again(end!));
  }

  /** Ends it; resolves when it is gone. */
  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (!child || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000);
    await gone;
    clearTimeout(late);
  }

  async #again(end: string): Promise<void> {
    const { name, onTrouble } = this.#props;
    if (this.#closing) return;
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((time) => now - time < MINUTE), now];
    if (this.#deaths.length > GIVE_UP_AFTER) {
      onTrouble?.(`${name} ${end} repeatedly and is not started again: ${this.#lastWords.trim()}`);
      return;
    }
    onTrouble?.(`${name} ${end}; starting it again`);
    try {
      await this.start();
    } catch (error) {
      await sleep(200);
      await this.#again((error as Error).message);
    }
  }
}
