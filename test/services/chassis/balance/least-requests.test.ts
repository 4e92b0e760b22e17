import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Balancer } from '../../../../services/chassis/balance/balancer.ts';
import type { Candidate } from '../../../../services/chassis/balance/candidate.ts';
import { leastRequests } from '../../../../services/chassis/balance/least-requests.ts';
import { randomChoice } from '../../../../services/chassis/balance/random-choice.ts';
import { candidates, manualChance, pick } from './candidates.ts';

/** The busiest of ten instances after a hundred requests each, none of which has ended. */
function busiest(rule: Balancer, seed: number): number {
  const among = candidates(10);
  const chance = manualChance(seed);
  for (let sent = 0; sent < 1_000; sent++) pick(rule, among, chance).begin();
  return Math.max(...among.map(({ inFlight }) => inFlight));
}

/** A candidate as whoever writes a rule makes one for its test. */
const seen = (inFlight: number): Candidate => ({
  instance: { id: 'a', origin: 'http://a', zone: undefined },
  inFlight,
  consecutiveFailures: 0,
  ejectedUntil: 0,
  ejectedForMs: 0,
  responseTime: () => 1,
});

describe('leastRequests', () => {
  it('keeps the busiest within a few requests of the others, which chance does not', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(busiest(leastRequests(), seed)).toBeLessThanOrEqual(104);
        expect(busiest(randomChoice(), seed)).toBeGreaterThan(104);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('never takes the busier of two', () => {
    const [busy, idle] = [seen(1), seen(0)];
    fc.assert(
      fc.property(fc.integer(), (seed) => leastRequests().pick([busy, idle], manualChance(seed)) === idle),
      { seed: 1 },
    );
  });

  it('takes the only one', () => {
    const only = seen(0);
    expect(leastRequests().pick([only], manualChance(1))).toBe(only);
  });
});
