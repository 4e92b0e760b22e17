import { describe, expect, it } from '@jest/globals';
import { firstProducts } from '../../../services/catalog/products.ts';
import { cursorAfter, pageSize, productBefore } from '../../../services/catalog/rules.ts';

describe('paging', () => {
  it('finds the product a cursor stands behind', () => {
    for (const { id } of firstProducts) expect(productBefore(cursorAfter(id))).toBe(id);
  });

  it.each(['', 'x', 'YWZ0ZXI6', Buffer.from('after:../x').toString('base64url')])(
    'takes %p for no cursor',
    (cursor) => {
      expect(productBefore(cursor)).toBeUndefined();
    },
  );

  it('makes pages of twenty unless asked', () => {
    expect([pageSize(undefined), pageSize(5)]).toEqual([20, 5]);
  });
});

describe('the first products', () => {
  it('are a dozen, of different ids, at whole cents', () => {
    expect(new Set(firstProducts.map(({ id }) => id)).size).toBe(12);
    expect(firstProducts.every(({ priceCents }) => Number.isInteger(priceCents) && priceCents > 0)).toBe(true);
  });
});
