import { expect, it } from '@jest/globals';
import { clock } from '../../bin/terminal.ts';

it('says the date of what did not happen today', () => {
  const now = new Date(2026, 10, 21, 14, 2, 11);
  expect(clock(now.toISOString(), now)).toBe('14:02:11');
  expect(clock(new Date(2026, 10, 20, 14, 2, 11).toISOString(), now)).toBe('Nov 20 14:02:11');
});
