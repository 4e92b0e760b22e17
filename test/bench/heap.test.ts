import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { growth, heapInUse } from '../../bench/heap.ts';

const REQUESTS = 40_000;
const WINDOWS = 10;
const bench = join(import.meta.dirname, '../../bench');

/** Bytes that a request leaves behind. */
async function leftBehind(server: string): Promise<number> {
  const megabytes = await heapInUse(server, REQUESTS);
  return (growth(megabytes) * 2 ** 20) / (REQUESTS / WINDOWS);
}

describe('the heap of a service', () => {
  it('keeps nothing of requests, good or bad', async () => {
    expect(await leftBehind(join(bench, 'service/chassis-server.ts'))).toBeLessThan(30);
  }, 60_000);

  it('would be found to grow where a handler keeps something of each', async () => {
    expect(await leftBehind(join(import.meta.dirname, 'leaking-server.ts'))).toBeGreaterThan(100);
  }, 60_000);
});
