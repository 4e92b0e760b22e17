import { randomFillSync } from 'node:crypto';
import type { Clock } from './time/clock.ts';

/** Makes ids; injected, so that a test can predict them. */
export interface Ids {
  /** 32 hexadecimal digits, not all of them zero. */
  traceId(): string;
  /** 16 hexadecimal digits, not all of them zero. */
  spanId(): string;
}

/**
 * Random ids, unique across processes. A trace id begins with the second it was made in, as X-Ray requires, so that it
 * is valid for W3C and X-Ray alike. Random bytes are drawn many at a time: a draw costs more than an id.
 */
export function randomIds(clock: Clock): Ids {
  const bytes = Buffer.allocUnsafe(4096);
  let digits = '';
  let used = 0;
  const take = (count: number): string => {
    if (used + count > digits.length) {
      digits = randomFillSync(bytes).toString('hex');
      used = 0;
    }
    used += count;
    return digits.slice(used - count, used);
  };
  let second = 0;
  let secondDigits = '';
  const epoch = (): string => {
    const now = Math.floor(clock.now() / 1000);
    if (now !== second) {
      second = now;
      secondDigits = now.toString(16).padStart(8, '0');
    }
    return secondDigits;
  };
  return { traceId: () => epoch() + take(24), spanId: () => take(16) };
}
