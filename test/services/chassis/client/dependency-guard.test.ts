import { describe, expect, it } from '@jest/globals';
import { dependencyGuard } from '../../../../services/chassis/client/dependency-guard.ts';
import type { MemoryConfig } from '../../../../services/chassis/config/memory-config.ts';
import { noRetry } from '../../../../services/chassis/policy/retry-budget.ts';
import { chassisMetrics } from '../../../../services/chassis/telemetry/metric-table.ts';
import { MetricsRegistry } from '../../../../services/chassis/telemetry/metrics-registry.ts';
import { prometheusText } from '../../../../services/chassis/telemetry/prometheus.ts';
import { Deadline } from '../../../../services/chassis/time/deadline.ts';
import { ManualClock } from '../manual-clock.ts';
import { testRuntime } from '../test-runtime.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
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

  it('takes an answer that is there at once', async () => {
    const runtime = testRuntime();
    const guard = dependencyGuard({ service: 'cache', timeoutMs: 100 }, runtime);
    const attempt = () => 1 as unknown as Promise<number>;
    const call = { deadline: new Deadline(5_000, runtime.clock), idempotent: true, attempt };
    expect(await guard.execute(call)).toBe(1);
  });

  it('ends what does not look at its time', async () => {
    const clock = new ManualClock();
    const runtime = testRuntime(clock);
    const classify = () => ({ outcome: 'neutral', retry: false }) as const;
    const guard = dependencyGuard({ service: 'database', timeoutMs: 100, classify }, runtime);
    const hang = () => {
      const call = { deadline: new Deadline(5_000, clock), idempotent: false, attempt: () => new Promise(() => {}) };
      return expect(guard.execute(call)).rejects.toMatchObject({ failure: { kind: 'timeout', at: 'here' } });
    };
    const hung = Array.from({ length: 30 }, hang);
    clock.advance(100);
    await Promise.all(hung);
    const [database] = runtime.dependencies;
    expect([database!.breaker(), clock.pending]).toEqual(['open', 0]);
  });

  it.each([
    ['its time is over', (_: Deadline, clock: ManualClock) => clock.advance(100)],
    ['its caller has left', (deadline: Deadline) => deadline.cancel()],
  ])('has no more under way than its bulkhead lets in, even where an attempt goes on once %s', async (_, end) => {
    const clock = new ManualClock();
    const runtime = testRuntime(clock);
    runtime.config.set('calls.database', { bulkhead: { limit: 2, queue: 0 }, retry: { attempts: 1 } });
    const guard = dependencyGuard({ service: 'database', timeoutMs: 100 }, runtime);
    const running: PromiseWithResolvers<void>[] = [];
    const attempt = (): Promise<void> => {
      const made = Promise.withResolvers<void>();
      running.push(made);
      return made.promise;
    };
    const failed = async (): Promise<unknown> => {
      const deadline = new Deadline(1_000, clock);
      const error = guard.execute({ deadline, idempotent: true, attempt }).catch(({ code }) => code);
      await settled();
      end(deadline, clock);
      return error;
    };
    for (let call = 0; call < 2; call++) expect(['dependency-timeout', 'caller-left']).toContain(await failed());
    expect(await failed()).toBe('dependency-crowded');
    expect(runtime.dependencies.of('database')!.load().inFlight).toBe(2);
    running[0]!.resolve();
    running[1]!.reject(new Error('too late to matter'));
    await settled();
    expect([running.length, runtime.dependencies.of('database')!.load().inFlight]).toEqual([2, 0]);
  });

  it('gives a call its time as a whole, however many attempts that makes', async () => {
    const clock = new ManualClock();
    const runtime = testRuntime(clock);
    runtime.config.set('calls.database', { attempt: { timeoutMs: 80 }, retry: { delayMs: 0, attempts: 9 } });
    const guard = dependencyGuard({ service: 'database', timeoutMs: 100 }, runtime);
    const given: number[] = [];
    const attempt = (deadline: Deadline): Promise<never> => {
      given.push(deadline.remaining());
      return new Promise(() => {});
    };
    const failed = expect(
      guard.execute({ deadline: new Deadline(5_000, clock), idempotent: true, attempt }),
    ).rejects.toMatchObject({ code: 'dependency-timeout' });
    for (let turn = 0; turn < 20; turn++) {
      clock.advance(10);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await failed;
    expect(given[0]).toBe(80);
    expect(given[1]).toBeLessThanOrEqual(20);
    expect(given).toHaveLength(2);
  });

  it('counts its calls as a client does', async () => {
    const clock = new ManualClock();
    const metrics = new MetricsRegistry({ table: chassisMetrics, log: testRuntime().log });
    const runtime = { ...testRuntime(clock), metrics };
    const guard = dependencyGuard({ service: 'database', timeoutMs: 100, policies: { retry: noRetry } }, runtime);
    const call = <T>(attempt: () => Promise<T>) => ({
      deadline: new Deadline(1_000, clock),
      idempotent: true,
      attempt,
    });
    await guard.execute(call(async () => 1));
    await guard.executeOr(call<number>(down), { part: 'rows', value: () => 0 });
    const text = prometheusText(metrics.read());
    expect(text).toMatch(/call_duration\w*_count\{dependency="database",operation="guarded",outcome="success"\} 1/);
    expect(text).toMatch(/call_failures\w*\{dependency="database",operation="guarded"\} 1/);
    expect(text).toMatch(/call_degraded\w*\{dependency="database",reason="other"\} 1/);
  });
});
