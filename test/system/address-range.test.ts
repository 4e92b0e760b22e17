import { describe, expect, it } from '@jest/globals';
import { addressRange } from '../../system/address-range.ts';

describe('a range of addresses', () => {
  it.each([
    ['10.0.0.0/16', '10.0.255.255', true],
    ['10.0.0.0/16', '10.1.0.0', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['2001:db8::/32', '2001:db8::1', true],
    ['2001:db8::1', '2001:db8::2', false],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '10.0.0.1', false],
    ['10.0.0.0/16', 'ten', false],
    ['ten', '10.0.0.1', false],
    ['10.0.0.0/99', '10.0.0.1', false],
    ['10.0.0.0/', '10.0.0.1', false],
  ])('%s holds %s: %s', (range, address, expected) => {
    expect(addressRange(range)(address)).toBe(expected);
  });

  it('has an unknown address in the whole internet alone', () => {
    expect(['0.0.0.0/0', '::/0', '10.0.0.0/8', '10.0.0.1'].map((range) => addressRange(range)(undefined))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
