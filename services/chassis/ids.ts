import { randomFillSync } from 'node:crypto';

/** Where ids come from, handed in so that a test can foretell them. */
export interface Ids {
  /** 32 hexadecimal digits, not all of them zero. */
  traceId(): string;
  /** 16 hexadecimal digits, not all of them zero. */
  spanId(): string;
}

/** Ids that no two processes share. Random bytes are drawn many at a time: a draw costs more than an id. */
export function randomIds(): Ids {
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
  return { traceId: () => take(32), spanId: () => take(16) };
}
