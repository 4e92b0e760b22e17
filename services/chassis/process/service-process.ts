import type { ConfigSource } from '../config/config-source.ts';
import { MemoryConfig } from '../config/memory-config.ts';
import { errorMessage } from '../error-message.ts';
import type { Runtime } from '../runtime.ts';
import { LineBuffer } from '../telemetry/line-buffer.ts';
import { createLog, type WriteLine } from '../telemetry/log.ts';
import type { MetricReading } from '../telemetry/metrics-registry.ts';
import { systemClock } from '../time/clock.ts';
import { type ServiceRuntime, type ServiceRuntimeProps, serviceRuntime } from './service-runtime.ts';
import { SettingsError } from './settings.ts';

/** The identity of a process, and its optional parts. */
export interface ProcessIdentity extends Pick<ServiceRuntimeProps, 'service' | 'stage' | 'collector' | 'metrics'> {
  /** Values that may change while it runs. @default - nothing is set */
  readonly config?: ConfigSource | undefined;
}

/**
 * The process a service or a one-off task runs in: real clock, real ids, lines to stdout, an exit that loses no line.
 */
export class ServiceProcess {
  readonly #clock = systemClock();
  readonly #lines = new LineBuffer((bytes) => process.stdout.write(bytes), this.#clock);
  readonly #write: WriteLine = (line, urgent) => this.#lines.write(line, urgent);
  #running: ServiceRuntime | undefined;
  #leaving = false;
  #exiting = false;

  /** Makes the runtime; to be called once. */
  runtimeOf({ config = new MemoryConfig(), ...identity }: ProcessIdentity): Runtime {
    this.#running = serviceRuntime({ ...identity, config, clock: this.#clock, write: this.#write });
    return this.#running.runtime;
  }

  /** All metrics, now. */
  readMetrics(): readonly MetricReading[] {
    return this.#running?.metrics() ?? [];
  }

  /** Runs `work`; an error, there or uncaught later, is one log line and exit code 1. */
  async run(work: () => Promise<void>): Promise<void> {
    process.on('uncaughtException', (error) => this.#fail(error));
    process.on('exit', () => this.#lines.flush());
    try {
      await work();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Calls back on each request to stop, by the platform or by Ctrl-C, counting from 1. */
  onStop(callback: (count: number) => void): void {
    let count = 0;
    const stop = (): void => {
      count += 1;
      callback(count);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  }

  /** Writes pending metrics and spans within two seconds, then ends the process. */
  async leave(code: number): Promise<void> {
    if (this.#leaving) return;
    this.#leaving = true;
    try {
      const telling = this.#running?.close();
      await Promise.race([telling, new Promise((resolve) => this.#clock.after(2_000, () => resolve(undefined)))]);
    } finally {
      this.exit(code);
    }
  }

  /** Ends the process once its lines are out. */
  exit(code: number): void {
    if (this.#exiting) return;
    this.#exiting = true;
    this.#lines.flush();
    process.stdout.write('', () => process.exit(code));
  }

  #fail(error: unknown): void {
    const log = this.#running?.runtime.log ?? createLog(this.#write, this.#clock);
    log.error(errorMessage(error), error instanceof SettingsError ? {} : { error });
    void this.leave(1);
  }
}
