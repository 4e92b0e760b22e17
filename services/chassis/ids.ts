import { randomFillSync } from 'node:crypto';
import type { Clock } from './time/clock.ts';

/** Where ids come from, handed in so that a test can foretell them. */
export interface Ids {
  /** 32 hexadecimal digits, not all of them zero. */
  traceId(): string;
  /** 16 hexadecimal digits, not all of them zero. */
  spanId(): string;
}

/**
 * Ids that no two processes share. A trace id begins with the second it was made in, as X-Ray wants it, so that W3C and
 * X-Ray mean the same trace by it. Random bytes are drawn many at a time: a draw costs more than an id.
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
