import { setTimeout as wait } from 'node:timers/promises';
import type { ContainerHealthCheck } from '../../system/service.ts';

/** How one check ended. */
export interface CheckResult {
  readonly healthy: boolean;
  /** What the command wrote, for messages. */
  readonly output: string;
}

/** The check, how to run it, and who learns its result. */
export interface HealthCheckOptions {
  readonly check: ContainerHealthCheck;
  /** Runs the check's command in the container; one that exceeds the timeout has failed. */
  readonly run: (timeoutMs: number) => Promise<CheckResult>;
  /** Called when the container becomes healthy or unhealthy. */
  readonly changed: (healthy: boolean) => void;
}

/** A starting container is checked this often, so that nobody waits a whole interval. */
const STARTING_MS = 200;

/**
 * Checks a container as its health check says: healthy at the first success, unhealthy after the retries. Before the
 * first success, failures count only when ECS would have given up: after the start period and all retries.
 */
export class HealthCheck {
  readonly #options: HealthCheckOptions;
  readonly #stopped = new AbortController();
  #output = '';

  constructor(options: HealthCheckOptions) {
    this.#options = options;
  }

  /** The output of the last failed check. */
  get output(): string {
    return this.#output;
  }

  /** Checks until stopped. */
  async start(): Promise<void> {
    const { check } = this.#options;
    const { signal } = this.#stopped;
    const startedAt = performance.now();
    const patienceMs = (check.startPeriodSeconds + check.intervalSeconds * check.retries) * 1000;
    let known: boolean | undefined;
    let failures = 0;
    while (!signal.aborted) {
      const healthy = await this.#look();
      if (signal.aborted) return;
      failures = healthy ? 0 : failures + 1;
      const isStarting = known === undefined;
      const gaveUp = failures >= check.retries && (!isStarting || performance.now() - startedAt >= patienceMs);
      const next = healthy ? true : gaveUp ? false : known;
      if (next !== undefined && next !== known) this.#options.changed(next);
      known = next;
      const pauseMs =
        known === undefined ? Math.min(STARTING_MS, check.intervalSeconds * 1000) : check.intervalSeconds * 1000;
      await wait(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #look(): Promise<boolean> {
    const { healthy, output } = await this.#options.run(this.#options.check.timeoutSeconds * 1000);
    if (!healthy) this.#output = output.trim();
    return healthy;
  }
}
