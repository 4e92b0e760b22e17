import type { Pool } from 'undici';
import type { Metrics } from '../telemetry/metrics.ts';

const FIGURES = ['connected', 'free', 'pending', 'running'] as const;

/**
 * Reports the pools of one destination, summed over its instances: instances come and go, series must not. The returned
 * function removes the gauges.
 */
export function measurePools(metrics: Metrics, service: string, pools: () => Iterable<Pool>): () => void {
  const gauges = FIGURES.map((figure) =>
    metrics.gauge(`pool.${figure}`, { dependency: service }, () => {
      let sum = 0;
      for (const { stats } of pools()) sum += stats[figure];
      return sum;
    }),
  );
  return () => {
    for (const takeBack of gauges) takeBack();
  };
}
