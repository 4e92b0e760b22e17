import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  createRetryBudget,
  noRetry,
  type RetryBudget,
  retryDefaults,
} from '../../../../services/chassis/policy/retry-budget.ts';
import { seededRandom } from './seeded-random.ts';

/** Whether retries stay within 10 and a tenth of the calls, at every moment of any course of calls and failures. */
const staysWithinBudget = (budget: (seed: number) => RetryBudget) =>
  fc.property(fc.integer(), fc.array(fc.nat(40), { maxLength: 200 }), (seed, turns) => {
    const retry = budget(seed);
    let calls = 0;
    let retries = 0;
    for (const turn of turns) {
      for (let call = 0; call < turn; call++) {
        calls += 1;
        retry.earn();
      }
      while (retry.spend(1, 60_000) !== undefined && retries < 10_000) retries += 1;
      if (retries > 10 + calls / 10) return false;
    }
    return true;
  });

const small = (seed: number) => createRetryBudget({ random: seededRandom(seed) });

describe('retry budget', () => {
  it('never allows more than ten and a tenth of the calls', () => {
    fc.assert(staysWithinBudget(small), { seed: 1 });
  });

  it('would, if it counted retries per call as others do', () => {
    const perCall = { value: { ...retryDefaults, perCall: 1 } };
    const naive = staysWithinBudget((seed) => createRetryBudget({ random: seededRandom(seed), settings: perCall }));
    expect(fc.check(naive, { seed: 1 }).failed).toBe(true);
  });

  it('earns a whole retry with the tenth call, not with the eleventh', () => {
    const retry = small(1);
    while (retry.spend(1, 60_000) !== undefined);
    for (let call = 0; call < 9; call++) retry.earn();
    expect(retry.spend(1, 60_000)).toBeUndefined();
    retry.earn();
    expect(retry.spend(1, 60_000)).toBeDefined();
  });

  it('saves up what calls earned, as many as are under way at an instance that dies, and no more', () => {
    const retry = small(1);
    for (let call = 0; call < 10_000; call++) retry.earn();
    let retries = 0;
    while (retry.spend(1, 60_000) !== undefined) retries += 1;
    expect(retries).toBe(64);
  });

  it('waits as long as the dependency asks, a little longer by chance, and only if that fits', () => {
    const waits = fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 2 }),
      fc.nat(5_000),
      fc.nat(5_000),
      (seed, count, left, asked) => {
        const settings = { value: { ...retryDefaults, attempts: 3 } };
        const wait = createRetryBudget({ random: seededRandom(seed), settings }).spend(count, left, asked);
        if (wait === undefined) return left <= asked + retryDefaults.delayMs * count;
        return wait >= asked && wait < left && wait <= asked + retryDefaults.delayMs * count;
      },
    );
    fc.assert(waits, { seed: 1 });
  });

  it('spends nothing on a retry that does not fit', () => {
    const retry = small(1);
    for (let turn = 0; turn < 50; turn++) expect(retry.spend(1, 10, 1_000)).toBeUndefined();
    let retries = 0;
    while (retry.spend(1, 60_000) !== undefined) retries += 1;
    expect(retries).toBe(10);
  });

  it('makes no more attempts of a call than are set, while running too', () => {
    const settings = { value: retryDefaults };
    const retry = createRetryBudget({ random: seededRandom(1), settings });
    expect([retry.spend(1, 60_000), retry.spend(2, 60_000)]).toEqual([expect.any(Number), undefined]);
    settings.value = { ...retryDefaults, attempts: 3 };
    expect(retry.spend(2, 60_000)).toBeDefined();
  });

  it('has a no-op that never retries', () => {
    expect(noRetry.spend(1, 60_000)).toBeUndefined();
  });
});
