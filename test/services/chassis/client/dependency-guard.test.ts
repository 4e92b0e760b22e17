import { describe, expect, it } from '@jest/globals';
import { dependencyGuard } from '../../../../services/chassis/client/dependency-guard.ts';
import type { MemoryConfig } from '../../../../services/chassis/config/memory-config.ts';
import { Deadline } from '../../../../services/chassis/deadline.ts';
import { noRetry } from '../../../../services/chassis/policy/retry-budget.ts';
import { ManualClock } from '../manual-clock.ts';
import { testRuntime } from '../test-runtime.ts';

const down = (): Promise<never> => Promise.reject(new Error('the database is down'));

/** A guard whose breaker opens with the second failure. */
function guarded() {
  const clock = new ManualClock();
  const runtime = testRuntime(clock);
  (runtime.config as MemoryConfig).set('calls.database', { breaker: { minimumCalls: 2, openMs: 200 } });
  const guard = dependencyGuard({ service: 'database', timeoutMs: 100, policies: { retry: noRetry } }, runtime);
  const call = <T>(attempt: () => Promise<T>) =>
    guard.execute({ deadline: new Deadline(1_000, clock), idempotent: true, attempt });
  return { clock, runtime, guard, call };
}

describe('a guard of what is no service of ours', () => {
  it('is a dependency among others, set in the config and seen by readiness, until it is disposed of', async () => {
    const { runtime, guard, call } = guarded();
    const { dependencies } = runtime;
    for (let turn = 0; turn < 2; turn++) await expect(call(down)).rejects.toThrow('the database is down');
    await expect(call(down)).rejects.toMatchObject({ code: 'dependency-cut-off', service: 'database' });
    expect([[...dependencies].map((one) => one.breaker()), dependencies.available('database')]).toEqual([
      ['open'],
      false,
    ]);
    guard[Symbol.dispose]();
    expect([[...dependencies], dependencies.available('database')]).toEqual([[], true]);
  });

  it('counts as available once it may be tried: who is not ready gets no calls that could try it', async () => {
    const { clock, runtime, call } = guarded();
    for (let turn = 0; turn < 2; turn++) await call(down).catch(() => {});
    clock.advance(149);
    expect(runtime.dependencies.available('database')).toBe(false);
    clock.advance(51);
    expect(runtime.dependencies.available('database')).toBe(true);
    await call(down).catch(() => {});
    expect(runtime.dependencies.available('database')).toBe(false);
  });

  it('takes every error for a failure of the dependency, unless it is told otherwise', async () => {
    const clock = new ManualClock();
    const runtime = testRuntime(clock);
    const classify = () => ({ outcome: 'neutral', retry: false }) as const;
    const guard = dependencyGuard({ service: 'database', timeoutMs: 100, classify }, runtime);
    const call = { deadline: new Deadline(1_000, clock), idempotent: true, attempt: down };
    for (let turn = 0; turn < 50; turn++) await guard.execute(call).catch(() => {});
    expect(runtime.dependencies.available('database')).toBe(true);
  });
});
