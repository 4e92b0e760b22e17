import type { Attributes } from '@opentelemetry/api';
import { backgroundRequest } from '../background-request.ts';
import type { Clock } from '../time/clock.ts';
import type { ChassisSpan } from './chassis-span.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { otlpTraces } from './otlp-json.ts';

export interface OtlpExporterProps {
  /** Base address of the collector: `http://localhost:4318`. */
  readonly endpoint: string;
  /** Who the spans come from: `service.name` and the like. */
  readonly resource: Attributes;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

const EVERY_MS = 1_000;
const MOST_PER_BATCH = 512;
const MOST_WAITING = 2_048;
const PATIENCE_MS = 5_000;

/**
 * Sends spans to an OpenTelemetry collector, in batches, one after the other. Spans are worth less than requests: those
 * that do not fit or do not arrive are counted and dropped.
 */
export class OtlpExporter {
  readonly #props: OtlpExporterProps;
  readonly #url: string;
  readonly #exported;
  readonly #dropped;
  #waiting: ChassisSpan[] = [];
  #stopTimer: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  #away = false;

  constructor(props: OtlpExporterProps) {
    this.#props = props;
    this.#url = `${props.endpoint.replace(/\/$/, '')}/v1/traces`;
    this.#exported = props.metrics.counter('spans.exported');
    this.#dropped = props.metrics.counter('spans.dropped');
  }

  /** Takes a span that has ended. */
  take(span: ChassisSpan): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#dropped.add();
      return;
    }
    this.#waiting.push(span);
    if (this.#waiting.length >= MOST_PER_BATCH) void this.flush();
    else this.#stopTimer ??= this.#props.clock.after(EVERY_MS, () => void this.flush());
  }

  /** Sends all waiting spans; resolves once that is over, whether they have arrived or not. */
  flush(): Promise<void> {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, MOST_PER_BATCH);
      this.#waiting = this.#waiting.slice(MOST_PER_BATCH);
      const lost = await this.#send(batch);
      this.#exported.add(batch.length - lost);
      this.#dropped.add(lost);
    }
  }

  /** Returns how many of them are lost. */
  async #send(batch: readonly ChassisSpan[]): Promise<number> {
    const { clock, resource } = this.#props;
    try {
      const json = otlpTraces(batch, resource, clock.now() - clock.elapsed());
      const { status, text } = await backgroundRequest({ url: this.#url, json, timeoutMs: PATIENCE_MS });
      if (status < 200 || status > 299) throw new Error(`answered ${status}`);
      this.#away = false;
      return rejected(text);
    } catch (error) {
      // Logged once, or it would be logged every second while the collector is away.
      if (!this.#away)
        this.#props.log.warn(`spans are lost: ${this.#url} ${(error as Error).message}; check the collector`);
      this.#away = true;
      return batch.length;
    }
  }
}

/** How many spans of a batch the collector rejected; any other answer means that it took them all. */
const rejected = (answer: string): number => Number(/"rejectedSpans"\s*:\s*"?(\d{1,9})/.exec(answer)?.[1] ?? 0);
