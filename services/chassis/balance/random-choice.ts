import type { Balancer } from './balancer.ts';

/** Picks any instance, each equally likely. */
export const randomChoice = (): Balancer => ({
  pick: (candidates, { random }) => candidates[Math.floor(random() * candidates.length)]!,
});
