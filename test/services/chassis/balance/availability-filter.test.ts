import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { availabilityFilter } from '../../../../services/chassis/balance/availability-filter.ts';
import type { Balancer } from '../../../../services/chassis/balance/balancer.ts';
import type { Candidate } from '../../../../services/chassis/balance/candidate.ts';
import type { ObservedCandidate } from '../../../../services/chassis/balance/observed-candidate.ts';
import { randomChoice } from '../../../../services/chassis/balance/random-choice.ts';
import type { Outcome } from '../../../../services/chassis/policy/outcome.ts';
import { attempt, candidates, counts, manualChance } from './candidates.ts';

/** A rule that notes what it was left to choose among. */
function noting(seen: (readonly Candidate[])[]): Balancer {
  const rule = randomChoice();
  return {
    pick(among, chance) {
      seen.push([...among]);
      return rule.pick(among, chance);
    },
  };
}

/** Attempts of 10 ms each, of which those to `failing` instances fail; who got them. */
function traffic(
  rule: Balancer,
  among: readonly ObservedCandidate[],
  chance: ReturnType<typeof manualChance>,
  attempts: number,
  failing: (one: Candidate) => boolean,
): number[] {
  const chosen = Array.from({ length: attempts }, () =>
    attempt(rule, among, chance, (one) => ({ outcome: failing(one) ? 'failure' : 'success', milliseconds: 10 })),
  );
  return counts(chosen, among);
}

describe('availabilityFilter', () => {
  it('leaves out one that fails five times in a row, and not one that fails four times', () => {
    const among = candidates(3);
    const rule = availabilityFilter(randomChoice());
    const chance = manualChance(1);
    for (let time = 0; time < 4; time++) fail(rule, among[0]!, chance);
    expect(
      counts(
        Array.from({ length: 300 }, () => rule.pick(among, chance)),
        among,
      )[0],
    ).toBeGreaterThan(50);
    fail(rule, among[0]!, chance);
    expect(
      counts(
        Array.from({ length: 300 }, () => rule.pick(among, chance)),
        among,
      )[0],
    ).toBe(0);
  });

  it('never leaves out more than half, whatever fails', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.record({ failing: fc.array(fc.boolean(), { maxLength: 12 }), pause: fc.nat({ max: 5_000 }) })),
      fc.integer(),
      (count, steps, seed) => {
        const seen: (readonly Candidate[])[] = [];
        const among = candidates(count);
        const chance = manualChance(seed);
        const rule = availabilityFilter(noting(seen));
        for (const { failing, pause } of steps) {
          traffic(rule, among, chance, 5, (one) => failing[Number(one.instance.id)] ?? true);
          chance.clock.advance(pause);
        }
        for (const left of seen) expect(left.length * 2).toBeGreaterThanOrEqual(count);
      },
    );
    fc.assert(property, { seed: 1 });
  });

  it('would leave out all if it left out whatever fails', () => {
    const seen: (readonly Candidate[])[] = [];
    const rule = noting(seen);
    const strict: Balancer = {
      pick: (among, chance) =>
        rule.pick(
          among.filter(({ consecutiveFailures }) => consecutiveFailures < 5),
          chance,
        ),
    };
    expect(() => traffic(strict, candidates(4), manualChance(1), 100, () => true)).toThrow(TypeError);
    expect(seen.at(-1)).toEqual([]);
  });

  it('leaves out half where all fail, and each gets its chance to be well again', () => {
    const among = candidates(4);
    const seen: (readonly Candidate[])[] = [];
    const rule = availabilityFilter(noting(seen));
    const chance = manualChance(1);
    traffic(rule, among, chance, 100, () => true);
    expect(seen.at(-1)).toHaveLength(2);
    // Any one of them that recovers is found at once, not when its time is over.
    for (const well of among) {
      const before = chance.clock.elapsed();
      let attempts = 0;
      while (well.consecutiveFailures > 0 && attempts++ < 20) traffic(rule, among, chance, 1, (one) => one !== well);
      expect(chance.clock.elapsed() - before).toBeLessThan(300);
      traffic(rule, among, chance, 200, () => true);
    }
  });

  it('leaves one out for twice as long each time, up to the longest, and tries it once in between', () => {
    const property = fc.property(
      fc.integer({ min: 100, max: 5_000 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer(),
      (firstMs, factor, seed) => {
        const longestMs = firstMs * factor;
        const among = candidates(4);
        const chance = manualChance(seed);
        const rule = availabilityFilter(randomChoice(), { firstMs, longestMs });
        const [bad] = among as [ObservedCandidate];
        for (let time = 0; time < 5; time++) fail(rule, bad, chance);
        let expected = firstMs;
        for (let trial = 0; trial < 8; trial++) {
          expect(bad.ejectedUntil - chance.clock.elapsed()).toBe(expected);
          chance.clock.advance(expected - 1);
          expect(
            counts(
              Array.from({ length: 20 }, () => rule.pick(among, chance)),
              among,
            )[0],
          ).toBe(0);
          chance.clock.advance(1);
          expect(rule.pick(among, chance)).toBe(bad);
          bad.begin();
          // While that one request is under way it gets no other.
          expect(
            counts(
              Array.from({ length: 20 }, () => rule.pick(among, chance)),
              among,
            )[0],
          ).toBe(0);
          end(rule, bad, chance);
          expected = Math.min(longestMs, expected * 2);
        }
      },
    );
    fc.assert(property, { seed: 1 });
  });

  it('takes one back as soon as one request succeeds, and forgets once it did well for as long as it was out', () => {
    const among = candidates(2);
    const [one] = among as [ObservedCandidate];
    const rule = availabilityFilter(randomChoice());
    const chance = manualChance(1);
    const fails = (): void => {
      for (let time = 0; time < 5; time++) fail(rule, one, chance);
    };
    fails();
    chance.clock.advance(1_000);
    one.begin();
    end(rule, one, chance, 'success');
    expect(
      counts(
        Array.from({ length: 100 }, () => rule.pick(among, chance)),
        among,
      )[0],
    ).toBeGreaterThan(20);
    fails();
    expect(one.ejectedForMs).toBe(2_000);
    chance.clock.advance(2_000);
    one.begin();
    end(rule, one, chance, 'success');
    chance.clock.advance(2_001);
    fails();
    expect(one.ejectedForMs).toBe(1_000);
  });

  it('does not go on trying one whose trial told nothing, for its caller left', () => {
    const among = candidates(2);
    const [one] = among as [ObservedCandidate];
    const rule = availabilityFilter(randomChoice());
    const chance = manualChance(1);
    for (let time = 0; time < 5; time++) fail(rule, one, chance);
    chance.clock.advance(1_000);
    expect(rule.pick(among, chance)).toBe(one);
    one.begin();
    end(rule, one, chance, 'neutral');
    expect(
      counts(
        Array.from({ length: 100 }, () => rule.pick(among, chance)),
        among,
      )[0],
    ).toBe(0);
    chance.clock.advance(1_000);
    expect(rule.pick(among, chance)).toBe(one);
  });

  it('is not led astray by answers that come late', () => {
    const among = candidates(2);
    const [one] = among as [ObservedCandidate];
    const rule = availabilityFilter(randomChoice());
    const chance = manualChance(1);
    for (let sent = 0; sent < 20; sent++) one.begin();
    for (let sent = 0; sent < 20; sent++) end(rule, one, chance);
    expect(one.ejectedForMs).toBe(1_000);
  });
});

function fail(rule: Balancer, one: ObservedCandidate, chance: ReturnType<typeof manualChance>): void {
  one.begin();
  end(rule, one, chance);
}

function end(
  rule: Balancer,
  one: ObservedCandidate,
  chance: ReturnType<typeof manualChance>,
  outcome: Outcome = 'failure',
): void {
  one.end(outcome, 1, chance.clock.elapsed());
  rule.ended?.(one, outcome, chance);
}
