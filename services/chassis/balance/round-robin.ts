import type { Balancer } from './balancer.ts';

/** Picks each in turn, from a random start, or all clients would begin with the same one. */
export function roundRobin(): Balancer {
  let turn = -1;
  return {
    pick(candidates, { random }) {
      turn = turn < 0 ? Math.floor(random() * candidates.length) : (turn + 1) % candidates.length;
      return candidates[turn]!;
    },
  };
}
