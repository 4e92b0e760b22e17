import { httpUrl } from '../http-url.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type ConnectionProps, connectionPool } from './connection-pool.ts';
import type { Destination, Lease } from './destination.ts';
import { measurePools } from './pool-metrics.ts';

/** What a fixed destination is made of. */
export interface FixedDestinationProps extends ConnectionProps {
  /** The service that is called, for metrics. */
  readonly service: string;
  /** Where it answers: `http://catalog`. */
  readonly baseUrl: string;
  /** Who retries a failed connect: the `proxy` of Service Connect or, without one, the `chassis`. @default 'proxy' */
  readonly connectRetriedBy?: 'proxy' | 'chassis';
}

/** A single address; any balancing happens behind it. */
export function fixedDestination(props: FixedDestinationProps, { metrics }: { metrics: Metrics }): Destination {
  const base = httpUrl(`client of ${props.service}`, props.baseUrl);
  const pool = connectionPool(base.origin, props);
  const stopMeasuring = measurePools(metrics, props.service, () => [pool]);
  const lease: Lease = {
    dispatcher: pool,
    origin: base.origin,
    pathPrefix: base.pathname.replace(/\/$/, ''),
    done() {},
  };
  return {
    connectRetriedBy: props.connectRetriedBy ?? 'proxy',
    lease: () => lease,
    close() {
      stopMeasuring();
      return pool.close();
    },
  };
}
