import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Balancer } from '../../../../services/chassis/balance/balancer.ts';
import type { Candidate } from '../../../../services/chassis/balance/candidate.ts';
import { randomChoice } from '../../../../services/chassis/balance/random-choice.ts';
import { sameZoneFirst } from '../../../../services/chassis/balance/same-zone-first.ts';
import { candidate, counts, manualChance } from './candidates.ts';

const ZONES = ['a', 'b', 'c'];

/** So many instances in each zone: `spread(2, 1)` is two in a and one in b. */
const spread = (...perZone: number[]): Candidate[] =>
  perZone.flatMap((count, zone) => Array.from({ length: count }, (_, at) => candidate(`${zone}${at}`, ZONES[zone])));

/** How often each gets a request when callers in each of these zones make as many, each by a rule of its own. */
function load(
  among: readonly Candidate[],
  zones: readonly string[],
  picksPerZone: number,
  seed: number,
  ruleIn = (zone: string): Balancer => sameZoneFirst(randomChoice(), { zone: () => zone }),
): number[] {
  const chance = manualChance(seed);
  const chosen = zones.flatMap((zone) => {
    const rule = ruleIn(zone);
    return Array.from({ length: picksPerZone }, () => rule.pick(among, chance));
  });
  return counts(chosen, among);
}

/** Never leaves its zone. */
const onlyIn = (zone: string): Balancer => ({
  pick: (among, chance) =>
    randomChoice().pick(
      among.filter(({ instance }) => instance.zone === zone),
      chance,
    ),
});

describe('sameZoneFirst', () => {
  it('stays in the zone where zones are even', () => {
    const loads = load(spread(3, 3, 3), ['b'], 300, 1);
    expect(loads.slice(3, 6).reduce((sum, count) => sum + count)).toBe(300);
  });

  it('sends on what a small zone cannot bear, so that none in it is overrun', () => {
    const PICKS = 2_000;
    const property = fc.property(
      fc.array(fc.integer({ min: 2, max: 8 }), { minLength: 2, maxLength: 3 }),
      fc.integer(),
      (perZone, seed) => {
        const among = spread(...perZone);
        const zones = ZONES.slice(0, perZone.length);
        const smallest = ZONES[perZone.indexOf(Math.min(...perZone))];
        const fair = (zones.length * PICKS) / among.length;
        const loads = load(among, zones, PICKS, seed);
        for (const [at, { instance }] of among.entries()) {
          if (instance.zone === smallest) expect(loads[at]).toBeLessThan(fair + 6 * Math.sqrt(fair));
        }
      },
    );
    fc.assert(property, { seed: 1, numRuns: 50 });
    // Without that, two instances of ten get half of everything.
    const overrun = load(spread(2, 8), ['a', 'b'], PICKS, 1, onlyIn);
    expect(overrun[0]).toBeGreaterThan(2 * ((2 * PICKS) / 10));
  });

  it('does not look at zones where too few are in its own', () => {
    const among = spread(1, 1, 1);
    for (const count of load(among, ['a'], 600, 1)) expect(count).toBeGreaterThan(120);
  });

  it('does not look at zones until it knows its own', () => {
    const among = spread(2, 2);
    let zone: string | undefined;
    const rule = sameZoneFirst(randomChoice(), { zone: () => zone });
    const chance = manualChance(1);
    const picks = (): number[] =>
      counts(
        Array.from({ length: 400 }, () => rule.pick(among, chance)),
        among,
      );
    for (const count of picks()) expect(count).toBeGreaterThan(50);
    zone = 'b';
    expect(picks().slice(0, 2)).toEqual([0, 0]);
  });

  it('tells the rule it wraps how attempts ended', () => {
    const told: string[] = [];
    const inner = { ...randomChoice(), ended: (one: Candidate) => told.push(one.instance.id) };
    sameZoneFirst(inner, { zone: () => 'a' }).ended?.(candidate('x'), 'failure', manualChance(1));
    expect(told).toEqual(['x']);
  });
});
