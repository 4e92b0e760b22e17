import type { Clock } from './clock.ts';
import type { Ids } from './ids.ts';
import type { Log } from './telemetry/log.ts';

/** What every part of a service is handed rather than reaches for. */
export interface Runtime {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}
