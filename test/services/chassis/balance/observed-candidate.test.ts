import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ObservedCandidate } from '../../../../services/chassis/balance/observed-candidate.ts';
import type { Outcome } from '../../../../services/chassis/policy/outcome.ts';
import { candidate } from './candidates.ts';

/** One that has answered in so many milliseconds at the time 0. */
function answeredIn(milliseconds: number): ObservedCandidate {
  const one = candidate('one');
  one.begin();
  one.end('success', milliseconds, 0);
  return one;
}

describe('ObservedCandidate', () => {
  it('counts what is under way and what failed in a row', () => {
    const one = candidate('one');
    for (const outcome of ['failure', 'failure', 'neutral'] as const) {
      one.begin();
      one.end(outcome, 1, 0);
    }
    one.begin();
    expect(one).toMatchObject({ inFlight: 1, consecutiveFailures: 2 });
    one.end('success', 1, 0);
    expect(one).toMatchObject({ inFlight: 0, consecutiveFailures: 0 });
  });

  it('never takes an instance for slower than its slowest answer', () => {
    const answers = fc.array(fc.record({ milliseconds: fc.nat({ max: 1_000 }), pause: fc.nat({ max: 20_000 }) }));
    fc.assert(
      fc.property(answers, (list) => {
        const one = candidate('one');
        let now = 0;
        for (const { milliseconds, pause } of list) {
          now += pause;
          one.begin();
          one.end('success', milliseconds, now);
        }
        expect(one.responseTime(now)).toBeGreaterThanOrEqual(0);
        expect(one.responseTime(now)).toBeLessThanOrEqual(
          Math.max(0, ...list.map(({ milliseconds }) => milliseconds)) + 1e-9,
        );
      }),
      { seed: 1 },
    );
  });

  it('learns as much from a second of a thousand answers as from a second of ten', () => {
    const learned = (answers: number): number => {
      const one = answeredIn(10);
      for (let at = 1; at <= answers; at++) {
        one.begin();
        one.end('success', 100, (at * 1_000) / answers);
      }
      return one.responseTime(1_000);
    };
    expect(learned(1_000) / learned(10)).toBeGreaterThan(0.9);
    expect(learned(1_000) / learned(10)).toBeLessThan(1.1);
  });

  it('forgets a slow answer that nothing confirms', () => {
    const one = answeredIn(800);
    expect(one.responseTime(0)).toBe(800);
    expect(one.responseTime(5_000)).toBe(400);
    expect(one.responseTime(60_000)).toBeLessThan(80);
  });

  it.each<Outcome>(['failure', 'neutral'])(
    'does not look quicker for a quick %s, but slower for a slow one',
    (outcome) => {
      const one = answeredIn(100);
      one.begin();
      one.end(outcome, 1, 1_000);
      expect(one.responseTime(1_000)).toBe(answeredIn(100).responseTime(1_000));
      one.begin();
      one.end(outcome, 5_000, 1_000);
      expect(one.responseTime(1_000)).toBeGreaterThan(500);
    },
  );

  it('is taken to be as quick as the others until it has answered', () => {
    const fresh = new ObservedCandidate({ id: 'new', origin: 'http://new', zone: undefined }, 1_000, 40);
    expect(fresh.responseTime(1_000)).toBe(40);
  });
});
