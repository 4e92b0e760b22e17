import { expect, it } from '@jest/globals';
import { systemClock } from '../../../../services/chassis/time/clock.ts';

it.each([Number.POSITIVE_INFINITY, 2 ** 40])(
  'the clock does not take %d milliseconds for none',
  async (milliseconds) => {
    const clock = systemClock();
    let rung = false;
    const takeBack = clock.after(milliseconds, () => {
      rung = true;
    });
    // Node takes what it cannot count for one millisecond, and rings those in the order they were set in.
    await new Promise<void>((resolve) => clock.after(1, resolve));
    takeBack();
    expect(rung).toBe(false);
  },
);
