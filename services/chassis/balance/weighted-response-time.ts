import type { Balancer } from './balancer.ts';
import type { Candidate } from './candidate.ts';

/** Differences below this many milliseconds are noise. */
const LEAST = 1;

/** Even what has failed often is tried now and then. */
const MOST_HALVINGS = 10;

/**
 * By chance, in proportion to how fast each answers: what takes a hundred times as long gets a hundredth, which is
 * enough to notice when it is fast again.
 */
export function weightedResponseTime(): Balancer {
  // Written anew by each pick, so that a pick allocates nothing.
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
 * What waits there counts too, for of one that does not answer no response time is ever learned; and each failure in a
 * row halves the weight, for what fails does so quickly.
 */
function weight(candidate: Candidate, now: number): number {
  const halvings = Math.min(MOST_HALVINGS, candidate.consecutiveFailures);
  return 1 / (Math.max(LEAST, candidate.responseTime(now)) * (1 + candidate.inFlight) * (1 << halvings));
}
