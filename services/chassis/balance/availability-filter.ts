import type { Outcome } from '../policy/outcome.ts';
import type { Balancer } from './balancer.ts';
import type { Candidate } from './candidate.ts';

/** When an instance is left out, and for how long. */
export interface AvailabilityProps {
  /** Failures in a row after which an instance is left out. @default 5 */
  readonly failures?: number;
  /** How long it is left out the first time; each further time doubles it. @default 1000 */
  readonly firstMs?: number;
  /** Longest it is left out at a time. @default 30000 */
  readonly longestMs?: number;
}

/**
 * Leaves out failing instances and lets `rule` choose among the rest. When its time is over, an instance gets one trial
 * request; its first success brings it back. At most half are left out: a fault that hits all instances is not theirs,
 * and the rest could not carry the load.
 */
export function availabilityFilter(
  rule: Balancer,
  { failures = 5, firstMs = 1_000, longestMs = 30_000 }: AvailabilityProps = {},
): Balancer {
  const isFailing = (candidate: Candidate): boolean => candidate.consecutiveFailures >= failures;

  return {
    pick(candidates, chance) {
      if (!candidates.some(isFailing)) return rule.pick(candidates, chance);
      const now = chance.clock.elapsed();
      const out = candidates.filter(isFailing);
      const due = out.find(({ ejectedUntil, inFlight }) => ejectedUntil <= now && inFlight === 0);
      if (due !== undefined) return due;
      const kept = candidates.filter((candidate) => !isFailing(candidate));
      const missing = Math.ceil(candidates.length / 2) - kept.length;
      if (missing > 0) kept.push(...firstToReturn(out, missing));
      return rule.pick(kept, chance);
    },
    ended(candidate, outcome, chance) {
      const now = chance.clock.elapsed();
      if (outcome === 'success') candidate.ejectedUntil = Math.min(candidate.ejectedUntil, now);
      else if (isFailing(candidate)) eject(candidate, outcome, now);
      rule.ended?.(candidate, outcome, chance);
    },
  };

  /**
   * Ejects the instance from now on. If it was ejected but still used, because half must stay, its ejection starts over
   * and another gets its place. A trial that proved nothing is not repeated at once.
   */
  function eject(candidate: Candidate, outcome: Outcome, now: number): void {
    const { ejectedUntil, ejectedForMs } = candidate;
    if (outcome === 'failure' && ejectedUntil <= now) {
      // An instance that did well for as long as it had been out starts again with the shortest time.
      const forgiven = now - ejectedUntil > ejectedForMs;
      candidate.ejectedForMs = forgiven ? firstMs : Math.min(longestMs, Math.max(firstMs, ejectedForMs * 2));
    }
    candidate.ejectedUntil = now + candidate.ejectedForMs;
  }
}

const firstToReturn = (out: readonly Candidate[], count: number): readonly Candidate[] =>
  out.toSorted((one, other) => one.ejectedUntil - other.ejectedUntil).slice(0, count);
