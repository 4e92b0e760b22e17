import type { Balancer } from './balancer.ts';

/**
 * The less busy of two random instances. Not the least busy of all: clients that see the same figures would all pick
 * the same one. An instance that fails at once never looks busy: wrap this rule in an availability filter.
 */
export const leastRequests = (): Balancer => ({
  pick(candidates, { random }) {
    const { length } = candidates;
    const one = Math.floor(random() * length);
    if (length === 1) return candidates[one]!;
    const step = 1 + Math.floor(random() * (length - 1));
    const other = candidates[(one + step) % length]!;
    return other.inFlight < candidates[one]!.inFlight ? other : candidates[one]!;
  },
});
