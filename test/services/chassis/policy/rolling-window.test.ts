import { describe, expect, it } from '@jest/globals';
import { RollingWindow } from '../../../../services/chassis/policy/rolling-window.ts';

describe('a rolling window', () => {
  it('forgets what is older than it is wide, and nothing before', () => {
    const window = new RollingWindow();
    window.advance(0, 1_000);
    window.failure();
    window.advance(900, 1_000);
    window.success();
    expect([window.calls, window.failureRate]).toEqual([2, 0.5]);
    window.advance(1_050, 1_000);
    expect([window.calls, window.failureRate]).toEqual([1, 0]);
  });

  it('is as narrow as it is told to be from the next call on', () => {
    const window = new RollingWindow();
    window.advance(0, 3_600_000);
    window.failure();
    window.advance(300_000, 4_000);
    expect(window.calls).toBe(0);
    window.failure();
    window.advance(300_001, 4_000);
    expect(window.calls).toBe(1);
  });
});
