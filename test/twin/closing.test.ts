import { describe, expect, it } from '@jest/globals';
import { Closing } from '../../twin/closing.ts';

describe('Closing', () => {
  it('closes in the opposite order, each once, also where one fails', async () => {
    const closed: number[] = [];
    const closing = new Closing();
    closing.after(1, (opened) => closed.push(opened));
    closing.after(2, () => Promise.reject(new Error('stuck')));
    closing.after(3, (opened) => closed.push(opened));
    await expect(closing.close()).rejects.toThrow('stuck');
    await closing.close();
    expect(closed).toEqual([3, 1]);
  });

  it('closes what is opened too late, and lets nothing more be opened', async () => {
    const closed: string[] = [];
    const closing = new Closing();
    await closing.close();
    expect(() => closing.after('late', (opened) => closed.push(opened))).toThrow('stopped while it was starting');
    await closing.close();
    expect(closed).toEqual(['late']);
  });
});
