import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Balancer } from '../../../../services/chassis/balance/balancer.ts';
import { randomChoice } from '../../../../services/chassis/balance/random-choice.ts';
import { weightedResponseTime } from '../../../../services/chassis/balance/weighted-response-time.ts';
import { attempt, candidate, candidates, counts, manualChance, pick } from './candidates.ts';

type Times = { readonly quick: number; readonly slow: number };

/** The share that the first of three gets, which answers slowly while the others are quick. */
function shareOfSlow({ quick, slow }: Times, rule: Balancer, seed: number): number {
  const among = candidates(3);
  const chance = manualChance(seed);
  const chosen = Array.from({ length: 2_000 }, () =>
    attempt(rule, among, chance, (one) => ({ outcome: 'success', milliseconds: one === among[0] ? slow : quick })),
  );
  return counts(chosen, among)[0]! / chosen.length;
}

describe('weightedResponseTime', () => {
  it('sends little to one that answers slowly, and never nothing', () => {
    const times = { quick: 5, slow: 500 };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const share = shareOfSlow(times, weightedResponseTime(), seed);
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThan(0.05);
        expect(shareOfSlow(times, randomChoice(), seed)).toBeGreaterThan(0.25);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it('takes differences of less than a millisecond for noise', () => {
    expect(shareOfSlow({ quick: 0.01, slow: 0.9 }, weightedResponseTime(), 1)).toBeGreaterThan(0.28);
  });

  it('comes back to one that is quick again', () => {
    const among = candidates(3);
    const chance = manualChance(7);
    const rule = weightedResponseTime();
    const share = (milliseconds: number): number => {
      const chosen = Array.from({ length: 2_000 }, () =>
        attempt(rule, among, chance, (one) => ({
          outcome: 'success',
          milliseconds: one === among[0] ? milliseconds : 10,
        })),
      );
      return counts(chosen, among)[0]! / chosen.length;
    };
    expect(share(1_000)).toBeLessThan(0.05);
    share(10);
    expect(share(10)).toBeGreaterThan(0.25);
  });

  it('is not drawn to one that fails at once', () => {
    const among = candidates(3);
    const chance = manualChance(3);
    const rule = weightedResponseTime();
    const chosen = Array.from({ length: 1_000 }, () =>
      attempt(rule, among, chance, (one) =>
        one === among[0]
          ? ({ outcome: 'failure', milliseconds: 0.1 } as const)
          : ({ outcome: 'success', milliseconds: 50 } as const),
      ),
    );
    expect(counts(chosen, among)[0]).toBeLessThan(50);
  });

  it('sends little to one that never answers', () => {
    const among = candidates(3);
    const chance = manualChance(3);
    const rule = weightedResponseTime();
    for (let sent = 0; sent < 600; sent++) {
      const chosen = pick(rule, among, chance);
      chosen.begin();
      if (chosen !== among[0]) chosen.end('success', 5, chance.clock.elapsed());
    }
    expect(among[0]!.inFlight).toBeLessThan(60);
  });

  it('takes the last one where rounding leaves nothing', () => {
    const [one, last] = [candidate('one'), candidate('last')];
    const chance = { ...manualChance(1), random: () => 1 };
    expect(weightedResponseTime().pick([one, last], chance)).toBe(last);
  });
});
