import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Distribution } from '../../../../services/chassis/telemetry/distribution.ts';

function of(values: readonly number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.record(value);
  return distribution;
}

const milliseconds = fc.array(fc.double({ min: 0.01, max: 100_000, noNaN: true }), { minLength: 1 });

describe('a distribution', () => {
  it('knows every quantile to a tenth, and count and sum exactly', () => {
    fc.assert(
      fc.property(milliseconds, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
        const distribution = of(values);
        const exact = values.toSorted((a, b) => a - b)[Math.ceil(values.length * share - 1e-9) - 1]!;
        expect(Math.abs(distribution.quantile(share)! / exact - 1)).toBeLessThan(0.1);
        expect(distribution.count).toBe(values.length);
        expect(distribution.sum).toBe(values.reduce((sum, value) => sum + value, 0));
      }),
      { seed: 1 },
    );
  });

  it('of a period is what has come since the one before', () => {
    fc.assert(
      fc.property(milliseconds, milliseconds, (before, after) => {
        const change = of([...before, ...after]).since(of(before));
        expect([...change.buckets()]).toEqual([...of(after).buckets()]);
      }),
      { seed: 1 },
    );
  });

  it('never has more buckets than CloudWatch takes values at once', () => {
    const all = of(Array.from({ length: 10_000 }, (_, index) => 1.002 ** index / 1_000));
    expect([...all.buckets()].length).toBeLessThanOrEqual(100);
  });

  it('says how many values do not exceed a bound, the bound itself among them', () => {
    const within = new Map(of([0, 1, 2, 2.001, 4, 1e9]).octaves());
    expect([within.get(1), within.get(2), within.get(4), within.get(8)]).toEqual([2, 3, 5, 5]);
  });

  it('takes no notice of what is no value', () => {
    expect(of([Number.NaN, -1]).count).toBe(0);
    expect(of([]).quantile(0.5)).toBeUndefined();
  });
});
