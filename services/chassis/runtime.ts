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
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  readonly config: ConfigSource;
  /** What clients tell `/breakers` and readiness. */
  readonly dependencies: Dependencies;
}
