import { expect, it } from '@jest/globals';
import { rootContext } from '../../../services/chassis/context.ts';
import { testRuntime } from './test-runtime.ts';

it('the time of a context that no request asked for is a time', () => {
  for (const timeoutMs of [Number.NaN, -1]) {
    expect(() => rootContext(timeoutMs, testRuntime())).toThrow(
      `rootContext: timeoutMs must be 0 milliseconds or more, got ${timeoutMs}`,
    );
  }
  expect(rootContext(0, testRuntime()).deadline.remaining()).toBe(0);
});
