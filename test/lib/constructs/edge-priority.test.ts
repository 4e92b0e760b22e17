import { describe, expect, it } from '@jest/globals';
import { EDGE_BANDS, edgeBand, edgePriority, LAST_PRIORITY } from '../../../lib/constructs/edge-priority.ts';

const rank = (pattern: string): number => EDGE_BANDS.indexOf(edgeBand(pattern));

/** Whether the balancer would send every path of `inner` to `outer` as well. */
const covers = (outer: string, inner: string): boolean => {
  const glob = new RegExp(`^${outer.replaceAll('*', '.*')}$`);
  return glob.test(inner.replaceAll('*', 'x')) && glob.test(inner.replaceAll('*', 'y/z'));
};

describe('the priority of a rule', () => {
  it('uses every number a balancer has, none twice', () => {
    let next = 1;
    for (const band of EDGE_BANDS) {
      expect(band.first).toBe(next);
      next += band.size;
    }
    expect(next - 1).toBe(LAST_PRIORITY);
  });

  it('is lower for the more specific of any two paths that overlap', () => {
    const segments = ['orders', 'lines', '*'];
    let patterns = [''];
    const all: string[] = [];
    for (let depth = 0; depth < 4; depth += 1) {
      patterns = patterns.flatMap((pattern) => segments.map((segment) => `${pattern}/${segment}`));
      all.push(...patterns.filter((pattern) => pattern.split('*').length <= 4));
    }
    const nested = all.flatMap((outer) =>
      all
        .filter((inner) => inner !== outer && covers(outer, inner) && !covers(inner, outer))
        .map((inner) => [inner, outer]),
    );
    expect(nested.length).toBeGreaterThan(500);
    for (const [inner, outer] of nested) {
      expect([inner, outer, rank(inner!) < rank(outer!)]).toEqual([inner, outer, true]);
    }
  });

  it('stays within its band and follows from the owner alone', () => {
    const band = edgeBand('/orders/*');
    const priorities = Array.from({ length: 2_000 }, (_, index) => edgePriority(band, `service-${index}`));
    expect(Math.min(...priorities)).toBeGreaterThanOrEqual(band.first);
    expect(Math.max(...priorities)).toBeLessThan(band.first + band.size);
    expect(edgePriority(band, 'service-7')).toBe(priorities[7]);
  });

  it('is asked of the user for a path that cannot be ranked', () => {
    expect(() => edgeBand('/a/b/c/d/e/f/*')).toThrow('set the priority of its route yourself');
    expect(() => edgeBand('/a/*/*/*/*')).toThrow('3 wildcard segments');
    expect(edgeBand('/a/b/c/d/e/f/g').name).toBe('Exact');
  });
});
