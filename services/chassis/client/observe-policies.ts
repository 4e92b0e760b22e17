import type { BreakerState } from '../policy/breaker.ts';
import type { Runtime } from '../runtime.ts';
import type { CallPolicies } from './call-policies.ts';

/**
 * Makes the policies of one dependency seen: gauges, `/breakers`, and a log line when calls stop and when they go on, not
 * one for each call that is not made. The function it returns takes all that back.
 */
export function observePolicies(dependency: string, { breaker, bulkhead }: CallPolicies, runtime: Runtime): () => void {
  const { clock, dependencies, log, metrics } = runtime;
  const labels = { dependency };
  const opened = metrics.counter('breaker.opened', labels);
  let openedAt = 0;
  const tell = (state: BreakerState, before: BreakerState): void => {
    if (state.kind === 'open') opened.add();
    if (before.kind === 'closed') {
      openedAt = clock.elapsed();
      log.warn(`${dependency} fails too often and is not called for a while`, { dependency, breaker: state.kind });
    } else if (state.kind === 'closed') {
      const ms = Math.round(clock.elapsed() - openedAt);
      log.info(`${dependency} answers again`, { dependency, breaker: state.kind, ms });
    }
  };
  // Once its time is over, the next call is let through: whoever waits for that before calling would wait for ever.
  const kind = (): BreakerState['kind'] => {
    const { state } = breaker;
    return state.kind === 'open' && state.until <= clock.elapsed() ? 'half-open' : state.kind;
  };
  const undo = [
    breaker.onChange(tell),
    metrics.gauge('breaker.state', labels, () => FIGURES[kind()]),
    metrics.gauge('bulkhead.in_flight', labels, () => bulkhead.inFlight),
    metrics.gauge('bulkhead.waiting', labels, () => bulkhead.waiting),
    dependencies.add({
      service: dependency,
      breaker: kind,
      load: () => ({ inFlight: bulkhead.inFlight, waiting: bulkhead.waiting }),
    }),
  ];
  return () => {
    for (const one of undo) one();
  };
}

const FIGURES: Readonly<Record<BreakerState['kind'], number>> = { closed: 0, 'half-open': 1, open: 2 };
