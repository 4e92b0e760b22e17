import type { Balancer } from './balancer.ts';

/** Any of them. */
export const randomChoice = (): Balancer => ({
  pick: (candidates, { random }) => candidates[Math.floor(random() * candidates.length)]!,
});
