import { trace } from '@opentelemetry/api';
import { systemClock } from './clock.ts';
import { MemoryConfig } from './config/memory-config.ts';
import { randomIds } from './ids.ts';
import { machineRandom } from './random.ts';
import type { Runtime } from './runtime.ts';
import { LineBuffer } from './telemetry/line-buffer.ts';
import { createLog, type Log } from './telemetry/log.ts';
import { noMetrics } from './telemetry/metrics.ts';

/** The process a service or a one-off task runs in: real clock, real ids, lines to stdout, an exit that loses none. */
export class ServiceProcess {
  readonly #lines = new LineBuffer((text) => process.stdout.write(text));
  #exiting = false;
  readonly runtime: Runtime = {
    clock: systemClock,
    ids: randomIds(),
    random: machineRandom,
    metrics: noMetrics,
    tracer: trace.getTracer('mosaic'),
    config: new MemoryConfig(),
    log: createLog((line) => this.#lines.write(line), systemClock),
  };

  /** The runtime with a log whose lines say whose they are. */
  runtimeOf(fields: Parameters<Log['with']>[0]): Runtime {
    return { ...this.runtime, log: this.runtime.log.with(fields) };
  }

  /** Runs this; what it throws, or anybody throws later, is one line and exit code 1. */
  async run(work: () => Promise<void>): Promise<void> {
    process.on('uncaughtException', (error) => this.#fail(error));
    try {
      await work();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Calls back on each request to stop, counting from 1. */
  onStop(callback: (count: number) => void): void {
    let count = 0;
    process.on('SIGTERM', () => {
      count += 1;
      callback(count);
    });
  }

  /** Ends the process once its lines are out. */
  exit(code: number): void {
    if (this.#exiting) return;
    this.#exiting = true;
    this.#lines.flush();
    process.stdout.write('', () => process.exit(code));
  }

  #fail(error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    this.runtime.log.error(message, name === 'SettingsError' ? {} : { error });
    this.exit(1);
  }
}
