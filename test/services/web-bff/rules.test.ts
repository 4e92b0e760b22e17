import { describe, expect, it } from '@jest/globals';
import { priceWriter, relatedTo } from '../../../services/web-bff/rules.ts';

describe('priceWriter', () => {
  const priceText = priceWriter();

  it.each([
    [2490, 'EUR', '€24.90'],
    [1, 'EUR', '€0.01'],
    [123456789, 'EUR', '€1,234,567.89'],
    [500, 'GBP', '£5.00'],
  ])('writes %i %s as %s', (priceCents, currency, text) => {
    expect(priceText({ priceCents, currency })).toBe(text);
  });
});

describe('relatedTo', () => {
  const product = (id: string, category: string) => ({ id, category });
  const all = [
    product('a', 'x'),
    product('b', 'x'),
    product('c', 'y'),
    product('d', 'x'),
    product('e', 'x'),
    product('f', 'x'),
  ];

  it('takes at most three others of the same category', () => {
    expect(relatedTo(product('a', 'x'), all).map(({ id }) => id)).toEqual(['b', 'd', 'e']);
    expect(relatedTo(product('c', 'y'), all)).toEqual([]);
  });
});
