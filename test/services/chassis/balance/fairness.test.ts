import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { availabilityFilter } from '../../../../services/chassis/balance/availability-filter.ts';
import type { Balancer } from '../../../../services/chassis/balance/balancer.ts';
import { leastRequests } from '../../../../services/chassis/balance/least-requests.ts';
import { randomChoice } from '../../../../services/chassis/balance/random-choice.ts';
import { roundRobin } from '../../../../services/chassis/balance/round-robin.ts';
import { sameZoneFirst } from '../../../../services/chassis/balance/same-zone-first.ts';
import { weightedResponseTime } from '../../../../services/chassis/balance/weighted-response-time.ts';
import { attempt, candidates, counts, manualChance } from './candidates.ts';

const PER_INSTANCE = 300;

/** The furthest any instance of equals is from its fair share, in standard deviations of pure chance. */
function deviation(rule: Balancer, count: number, seed: number): number {
  const among = candidates(count);
  const chance = manualChance(seed);
  const attempts = count * PER_INSTANCE;
  const chosen = Array.from({ length: attempts }, () =>
    attempt(rule, among, chance, () => ({ outcome: 'success', milliseconds: 5 })),
  );
  const sigma = Math.sqrt(attempts * (1 / count) * (1 - 1 / count)) || 1;
  return Math.max(...counts(chosen, among).map((times) => Math.abs(times - PER_INSTANCE))) / sigma;
}

const rules: Record<string, () => Balancer> = {
  roundRobin,
  randomChoice,
  leastRequests,
  weightedResponseTime,
  availabilityFilter: () => availabilityFilter(randomChoice()),
  sameZoneFirst: () => sameZoneFirst(randomChoice(), { zone: () => 'a' }),
};

/** Always the first, and the rest by chance: not fair. */
const favourite: Balancer = {
  pick: (among, { random }) => (random() < 0.5 ? among[0]! : among[Math.floor(random() * among.length)]!),
};

describe('fairness among equals', () => {
  it.each(Object.entries(rules))('%s treats instances alike, however many there are', (_, rule) => {
    const equals = fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (count, seed) => {
      // Chance alone goes beyond this once in half a billion times.
      expect(deviation(rule(), count, seed)).toBeLessThan(6);
    });
    fc.assert(equals, { seed: 1, numRuns: 30 });
  });

  it('would be missed in a rule with a favourite', () => {
    const equals = fc.property(fc.integer({ min: 3, max: 12 }), fc.integer(), (count, seed) => {
      expect(deviation(favourite, count, seed)).toBeGreaterThan(6);
    });
    fc.assert(equals, { seed: 1, numRuns: 30 });
  });

  it('is exact with round robin: no two differ by more than one', () => {
    const exact = fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.nat({ max: 100 }),
      fc.integer(),
      (count, picks, seed) => {
        const among = candidates(count);
        const chance = manualChance(seed);
        const rule = roundRobin();
        const times = counts(
          Array.from({ length: picks }, () => rule.pick(among, chance)),
          among,
        );
        expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
      },
    );
    fc.assert(exact, { seed: 1 });
  });

  it('does not make all clients of round robin begin with the same instance', () => {
    const among = candidates(4);
    const firsts = Array.from({ length: 50 }, (_, seed) => roundRobin().pick(among, manualChance(seed)));
    expect(new Set(firsts).size).toBe(4);
  });
});
