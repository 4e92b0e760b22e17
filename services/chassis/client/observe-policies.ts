import type { Breaker, BreakerState } from '../policy/breaker.ts';
import type { Runtime } from '../runtime.ts';
import type { Dependency } from './dependencies.ts';

/**
 * Makes the policies of one dependency visible: gauges, and a log line when calls stop and when they resume rather than
 * one for each refused call. The returned function undoes it.
 */
export function observePolicies(dependency: Dependency, breaker: Breaker, runtime: Runtime): () => void {
  const { clock, log, metrics } = runtime;
  const { service } = dependency;
  const labels = { dependency: service };
  const opened = metrics.counter('breaker.opened', labels);
  let openedAt = 0;
  const tell = (state: BreakerState, before: BreakerState): void => {
    if (state.kind === 'open') opened.add();
    if (before.kind === 'closed') {
      openedAt = clock.elapsed();
      log.warn(`${service} fails too often and is not called for a while`, { ...labels, breaker: state.kind });
    } else if (state.kind === 'closed') {
      const ms = Math.round(clock.elapsed() - openedAt);
      log.info(`${service} answers again`, { ...labels, breaker: state.kind, ms });
    }
  };
  const undo = [
    breaker.onChange(tell),
    metrics.gauge('breaker.state', labels, () => FIGURES[dependency.breaker()]),
    metrics.gauge('bulkhead.in_flight', labels, () => dependency.load().inFlight),
    metrics.gauge('bulkhead.waiting', labels, () => dependency.load().waiting),
  ];
  return () => {
    for (const one of undo) one();
  };
}

const FIGURES: Readonly<Record<BreakerState['kind'], number>> = { closed: 0, 'half-open': 1, open: 2 };
