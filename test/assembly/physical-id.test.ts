import { describe, expect, it } from '@jest/globals';
import { placeOf } from '../../assembly/physical-id.ts';

const stack = { name: 'shop-catalog', account: '123456789012', region: 'eu-west-1' };

describe('placeOf', () => {
  it('gives the same ids in every run', () => {
    expect(placeOf(stack, 'Table')).toEqual({
      stack: 'shop-catalog',
      logicalId: 'Table',
      account: '123456789012',
      region: 'eu-west-1',
      name: 'shop-catalog-Table',
      hash: '1b565ef57d45cdd92',
    });
  });

  it('tells apart what only a cut name has in common', () => {
    const [first, second] = ['A', 'B'].map((end) => placeOf(stack, `${'Long'.repeat(20)}${end}`).name);
    expect(first).toHaveLength(60);
    expect(second).toHaveLength(60);
    expect(first).not.toBe(second);
  });
});
