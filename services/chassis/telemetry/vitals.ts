import type { Clock } from '../time/clock.ts';
import type { Metrics } from './metrics.ts';

const SAMPLE_MS = 250;

/** Measures the process: its memory, and how late its event loop is. The returned function stops it. */
export function watchVitals(metrics: Metrics, clock: Clock): () => void {
  const release = [
    metrics.gauge('memory.heap', {}, () => process.memoryUsage().heapUsed),
    metrics.gauge('memory.resident', {}, () => process.memoryUsage.rss()),
  ];
  const delay = metrics.histogram('event_loop.delay');
  let stop = (): void => {};
  const sample = (): void => {
    const due = clock.elapsed() + SAMPLE_MS;
    stop = clock.after(SAMPLE_MS, () => {
      delay.record(Math.max(0, clock.elapsed() - due));
      sample();
    });
  };
  sample();
  return () => {
    stop();
    for (const one of release) one();
  };
}
