import type { Tracer } from '@opentelemetry/api';
import type { Dependencies } from './client/dependencies.ts';
import type { ConfigSource } from './config/config-source.ts';
import type { Ids } from './ids.ts';
import type { Random } from './random.ts';
import type { Log } from './telemetry/log.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { Clock } from './time/clock.ts';

/** What every part of a service is handed rather than reaches for. */
export interface Runtime {
  /** What time it is, and how much has passed. */
  readonly clock: Clock;
  /** Makes the ids of traces and spans. */
  readonly ids: Ids;
  /** Decides what is left to chance. */
  readonly random: Random;
  /** Writes lines that belong to no request; those of one are written by the log of its context. */
  readonly log: Log;
  /** Where numbers go. */
  readonly metrics: Metrics;
  /** Makes spans; `inSpan` does it for you. */
  readonly tracer: Tracer;
  /** Values that may change while the service runs. */
  readonly config: ConfigSource;
  /** What clients tell `/breakers` and readiness. */
  readonly dependencies: Dependencies;
}
