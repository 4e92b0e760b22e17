import type { Tracer } from '@opentelemetry/api';
import type { Dependencies } from './client/dependencies.ts';
import type { ConfigSource } from './config/config-source.ts';
import type { Ids } from './ids.ts';
import type { Random } from './random.ts';
import type { Log } from './telemetry/log.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { Clock } from './time/clock.ts';

/** What every part of a service gets passed instead of reaching for it. */
export interface Runtime {
  /** The time, and how much has passed. */
  readonly clock: Clock;
  /** Makes the ids of traces and spans. */
  readonly ids: Ids;
  /** The source of randomness. */
  readonly random: Random;
  /** Writes lines that belong to no request; those of a request go to the log of its context. */
  readonly log: Log;
  /** Counters, histograms and gauges. */
  readonly metrics: Metrics;
  /** Makes spans; `inSpan` does it for you. */
  readonly tracer: Tracer;
  /** Values that may change while the service runs. */
  readonly config: ConfigSource;
  /** The services this one calls, for `/breakers` and readiness. */
  readonly dependencies: Dependencies;
}
