import type { Balancer } from './balancer.ts';
import type { Candidate } from './candidate.ts';

/** Differences below this many milliseconds are noise. */
const LEAST = 1;

/** Even an instance that failed often is tried now and then. */
const MOST_HALVINGS = 10;

/**
 * Picks at random, weighted by speed: an instance that takes a hundred times as long gets a hundredth of the requests,
 * enough to notice when it is fast again.
 */
export function weightedResponseTime(): Balancer {
  // Reused by every pick, so that a pick allocates nothing.
  const weights: number[] = [];
  return {
    pick(candidates, { random, clock }) {
      const now = clock.elapsed();
      let sum = 0;
      for (let at = 0; at < candidates.length; at++) {
        weights[at] = weight(candidates[at]!, now);
        sum += weights[at]!;
      }
      let left = random() * sum;
      for (let at = 0; at < candidates.length; at++) {
        left -= weights[at]!;
        if (left < 0) return candidates[at]!;
      }
      return candidates.at(-1)!;
    },
  };
}

/**
 * Waiting calls count too, because an instance that never answers yields no response time; each failure in a row halves
 * the weight, because failures are fast.
 */
function weight(candidate: Candidate, now: number): number {
  const halvings = Math.min(MOST_HALVINGS, candidate.consecutiveFailures);
  return 1 / (Math.max(LEAST, candidate.responseTime(now)) * (1 + candidate.inFlight) * (1 << halvings));
}
