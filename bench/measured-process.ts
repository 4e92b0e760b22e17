import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Child, type ChildOptions } from './child.ts';

/** A server in a process of its own, which reports what it has cost. */
export class MeasuredProcess {
  readonly port: number;
  readonly #child: Child;

  private constructor(child: Child, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts a script that calls {@link answerMeasurements}. */
  static async start(script: string, options?: ChildOptions): Promise<MeasuredProcess> {
    const child = new Child(script, options);
    return new MeasuredProcess(child, await child.told<number>());
  }

  get pid(): number {
    return this.#child.pid;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Microseconds of CPU it has taken so far. */
  cpu(): Promise<number> {
    return this.#child.ask('cpu');
  }

  /** Bytes of its heap that are still in use after a collection; it must run with `--expose-gc`. */
  heap(): Promise<number> {
    return this.#child.ask('heap');
  }

  /** Tells it to leave, and resolves once it has. */
  stop(): Promise<void> {
    return this.#child.stop();
  }
}

/** Called by the measured process once it listens: tells its port, answers questions, and leaves with its parent. */
export function answerMeasurements(port: number): void {
  process.on('message', (question) => {
    if (question === 'cpu') {
      const { user, system } = process.cpuUsage();
      process.send!(user + system);
    } else {
      (globalThis as { gc?: () => void }).gc?.();
      process.send!(process.memoryUsage().heapUsed);
    }
  });
  process.on('disconnect', () => process.exit());
  process.send!(port);
}

/** Listens with a plain server and answers measurements. */
export function serveMeasured(server: Server): void {
  server.keepAliveTimeout = 75_000;
  server.listen(0, '127.0.0.1', () => answerMeasurements((server.address() as AddressInfo).port));
}
