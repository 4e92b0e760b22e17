import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAttemptTimeout, noAttemptTimeout } from '../../../../services/chassis/policy/attempt-timeout.ts';
import { createBreaker, noBreaker } from '../../../../services/chassis/policy/breaker.ts';
import { createBulkhead, noBulkhead } from '../../../../services/chassis/policy/bulkhead.ts';
import { degradedParts } from '../../../../services/chassis/policy/degradable.ts';
import {
  createGuard,
  type Failure,
  type GuardedCall,
  type GuardProps,
} from '../../../../services/chassis/policy/guard.ts';
import type { Outcome } from '../../../../services/chassis/policy/outcome.ts';
import { createRetryBudget, noRetry, retryDefaults } from '../../../../services/chassis/policy/retry-budget.ts';
import type { Random } from '../../../../services/chassis/random.ts';
import { Deadline } from '../../../../services/chassis/time/deadline.ts';
import { ManualClock } from '../manual-clock.ts';
import { seededRandom } from './seeded-random.ts';
import { SimulatedCallers } from './simulated-callers.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What a dependency failed with, and what that means. */
class Fault extends Error {
  readonly failure: Failure;

  constructor(failure: Partial<Failure> = {}) {
    super('fault');
    this.failure = { outcome: 'failure', retry: true, ...failure };
  }
}

const stalled = (deadline: Deadline): Promise<never> =>
  new Promise((_, reject) => deadline.whenOver((end) => reject(new Fault({ retry: end === 'expired' }))));

/** A guard with these policies and no others, on a clock that stands still. */
function guardWith(policies: Partial<GuardProps> = {}) {
  const clock = new ManualClock();
  const none = {
    service: 'catalog',
    bulkhead: noBulkhead,
    breaker: noBreaker,
    retry: noRetry,
    timeout: noAttemptTimeout,
  };
  const classify = (error: unknown): Failure => (error as Fault).failure;
  const breaker = createBreaker({ service: 'catalog', clock, random: seededRandom(1) });
  const guard = createGuard({ ...none, breaker, classify, clock, ...policies });
  let attempts = 0;
  const call = <T>(attempt: GuardedCall<T>['attempt'], timeoutMs = 1_000, idempotent = true): GuardedCall<T> => ({
    deadline: new Deadline(timeoutMs, clock),
    idempotent,
    attempt(deadline, count) {
      attempts += 1;
      return attempt(deadline, count);
    },
  });
  return { clock, guard, breaker, call, attempts: () => attempts };
}

const failing = (failure?: Partial<Failure>) => (): Promise<never> => Promise.reject(new Fault(failure));
const retry = createRetryBudget({ random: () => 0.5, settings: { value: { ...retryDefaults, reserve: 1_000 } } });

/** Whether the dependency sees no more than 1.1 attempts a call, and the reserve, whatever it does. */
const noStorm = (own: (random: Random) => ReturnType<typeof createRetryBudget>) =>
  fc.asyncProperty(
    fc.record({
      seed: fc.integer(),
      rate: fc.integer({ min: 10, max: 200 }),
      attemptTimeoutMs: fc.integer({ min: 50, max: 1_000 }),
    }),
    fc.infiniteStream(fc.constantFrom('answer', 'failure', 'silence')),
    async (props, kinds) => {
      const reply = () => ({ kind: kinds.next().value, ms: 10 }) as const;
      const breaker = () => noBreaker;
      const callTimeoutMs = 4 * props.attemptTimeoutMs;
      const callers = new SimulatedCallers({ ...props, callers: 1, callTimeoutMs, reply, breaker, retry: own });
      await callers.until(5_000);
      return callers.attempts.length <= 1.1 * callers.calls + retryDefaults.reserve;
    },
  );

describe('guard', () => {
  it('makes no retry storm: at most 1.1 attempts a call, and the reserve', async () => {
    await fc.assert(
      noStorm((random) => createRetryBudget({ random })),
      { seed: 1, numRuns: 20 },
    );
  });

  it('would, if each call were just retried', async () => {
    const settings = { value: { ...retryDefaults, perCall: 1, reserve: 1e6 } };
    const naive = noStorm((random) => createRetryBudget({ random, settings }));
    expect((await fc.check(naive, { seed: 1, numRuns: 20 })).failed).toBe(true);
  });

  it('tries again what may be tried again, after the time the dependency asked for', async () => {
    const { guard, call, clock, attempts } = guardWith({ retry });
    const answer = guard.execute(
      call((_, count) => (count === 0 ? Promise.reject(new Fault({ retryAfterMs: 300 })) : Promise.resolve('ok'))),
    );
    await settled();
    clock.advance(300);
    await settled();
    expect(attempts()).toBe(1);
    clock.advance(25);
    expect(await answer).toBe('ok');
    expect(clock.pending).toBe(0);
  });

  it('gives up at once when the time the dependency asks for is more than there is', async () => {
    const { guard, call, attempts } = guardWith({ retry });
    await expect(guard.execute(call(failing({ retryAfterMs: 1_000 })))).rejects.toThrow('fault');
    expect(attempts()).toBe(1);
  });

  it.each([
    ['a call that must not be made twice', false, {}],
    ['an error that another attempt does not mend', true, { retry: false }],
  ])('makes one attempt of %s', async (_, idempotent, failure) => {
    const { guard, call, attempts } = guardWith({ retry });
    await expect(guard.execute(call(failing(failure), 1_000, idempotent))).rejects.toThrow('fault');
    expect(attempts()).toBe(1);
  });

  it('does not try again once the breaker has opened', async () => {
    const { guard, call, clock, breaker, attempts } = guardWith({ retry });
    for (let count = 0; count < 10; count++) {
      const failed = expect(guard.execute(call(failing()))).rejects.toThrow('fault');
      await settled();
      clock.advance(50);
      await failed;
    }
    expect(breaker.state.kind).toBe('open');
    expect(attempts()).toBe(20);
    await expect(guard.execute(call(failing()))).rejects.toMatchObject({ code: 'dependency-cut-off' });
    expect(attempts()).toBe(20);
  });

  it('does not wait to try again for a caller that has left', async () => {
    const { guard, call, attempts } = guardWith({ retry });
    const left = call(failing({ retryAfterMs: 500 }));
    const answer = guard.execute(left);
    await settled();
    left.deadline.cancel();
    await expect(answer).rejects.toMatchObject({ code: 'caller-left' });
    expect(attempts()).toBe(1);
  });

  it('keeps what the bulkhead refuses from breaker and retry', async () => {
    const bulkhead = createBulkhead({ service: 'catalog', settings: { value: { limit: 1, queue: 0 } } });
    const { guard, call, breaker, attempts } = guardWith({ bulkhead, retry });
    const first = call(stalled);
    const held = guard.execute(first).catch(() => {});
    for (let count = 0; count < 100; count++) {
      await expect(guard.execute(call(failing()))).rejects.toMatchObject({ code: 'dependency-crowded', status: 503 });
    }
    expect([attempts(), breaker.state.kind]).toEqual([1, 'closed']);
    first.deadline.cancel();
    await held;
    expect(bulkhead.inFlight).toBe(0);
  });

  it('ends an attempt in time, and leaves no timer behind', async () => {
    const { guard, call, clock } = guardWith({ timeout: createAttemptTimeout({ value: { timeoutMs: 100 } }, 1_000) });
    const answer = guard.execute(call(stalled));
    clock.advance(99);
    await settled();
    expect(clock.pending).toBe(1);
    clock.advance(1);
    await expect(answer).rejects.toThrow('fault');
    expect(clock.pending).toBe(0);
  });

  /** What comes of calls that get no answer in the time they have, where one before was answered after the usual time. */
  async function stateAfterStalling(timeoutMs: number, usualMs?: number, count = 50) {
    const { guard, call, clock, breaker } = guardWith({ timeout: createAttemptTimeout({ value: {} }, 100) });
    if (usualMs !== undefined) {
      const answer = guard.execute(call(() => new Promise((resolve) => clock.after(usualMs, () => resolve('ok')))));
      clock.advance(usualMs);
      await answer;
    }
    const said: Outcome[] = [];
    const ended = (outcome: Outcome): number => said.push(outcome);
    const calls = Array.from({ length: count }, () =>
      guard.execute({ ...call(stalled, timeoutMs), ended }).catch(() => {}),
    );
    clock.advance(100);
    await Promise.all(calls);
    return { breaker: breaker.state.kind, said: new Set(said) };
  }

  const held = { breaker: 'open', said: new Set(['failure']) };
  const excused = { breaker: 'closed', said: new Set(['neutral']) };

  it('holds nothing against a dependency that was given hardly any of the time it needs', async () => {
    expect(await stateAfterStalling(40, 30)).toEqual(excused);
    expect(await stateAfterStalling(60, 30)).toEqual(held);
    expect(await stateAfterStalling(40, 5)).toEqual(held);
  });

  it('holds it against a dependency that it never answers, however little time it is given', async () => {
    expect(await stateAfterStalling(40, undefined, 20)).toEqual(excused);
    expect(await stateAfterStalling(40)).toMatchObject({ breaker: 'open' });
  });

  it('makes no attempt where no time is left, nor for a caller that has left', async () => {
    const { guard, call, clock, attempts, breaker } = guardWith();
    const late = call(() => Promise.resolve(1), 10);
    const left = call(() => Promise.resolve(1));
    clock.advance(10);
    left.deadline.cancel();
    await expect(guard.execute(late)).rejects.toMatchObject({ failure: { kind: 'timeout', at: 'before' } });
    await expect(guard.execute(left)).rejects.toMatchObject({ code: 'caller-left' });
    expect([attempts(), breaker.state.kind]).toEqual([0, 'closed']);
  });

  it('leaves its place to others while it waits to try again, and does without where there is none', async () => {
    const bulkhead = createBulkhead({ service: 'catalog', settings: { value: { limit: 1, queue: 0 } } });
    const { guard, call, clock, attempts } = guardWith({ bulkhead, retry });
    const waiting = guard.execute(call(failing({ retryAfterMs: 300 })));
    const failed = expect(waiting).rejects.toThrow('fault');
    await settled();
    expect(bulkhead.inFlight).toBe(0);
    const other = call(stalled);
    const held = guard.execute(other).catch(() => {});
    clock.advance(400);
    await failed;
    expect([attempts(), bulkhead.inFlight]).toEqual([2, 1]);
    other.deadline.cancel();
    await held;
    expect([bulkhead.inFlight, clock.pending]).toEqual([0, 0]);
  });

  it('holds nothing against a dependency whose callers leave', async () => {
    const { guard, call, breaker } = guardWith();
    for (let count = 0; count < 50; count++) {
      const left = call(stalled);
      const answer = guard.execute(left);
      left.deadline.cancel();
      await expect(answer).rejects.toThrow('fault');
    }
    expect(breaker.state.kind).toBe('closed');
  });

  it('counts what it cannot judge as a failure, and says what kept it from judging', async () => {
    const classify = (error: unknown): Failure => ({
      outcome: (error as { code: string }).code.startsWith('08') ? 'failure' : 'success',
      retry: false,
    });
    const { guard, call, breaker } = guardWith({ classify });
    const fault = new Error('down');
    for (let count = 0; count < 20; count++) {
      await expect(guard.execute(call(() => Promise.reject(fault)))).rejects.toMatchObject({
        message: expect.stringMatching(/^classify of catalog threw '.*startsWith.*' on 'down'; correct it$/),
        cause: fault,
      });
    }
    expect(breaker.state.kind).toBe('open');
  });

  it('counts an attempt whoever throws on being told of its end', async () => {
    const { guard, call, breaker } = guardWith();
    const ended = (): never => {
      throw new Error('bug');
    };
    for (let count = 0; count < 20; count++) {
      await expect(guard.execute({ ...call(failing()), ended })).rejects.toThrow('bug');
    }
    expect(breaker.state.kind).toBe('open');
  });

  it('answers with a stand-in in time, and says which part is one', async () => {
    const { guard, call, clock } = guardWith();
    const fallback = { part: 'related', value: () => [] as string[] } as const;
    const whole = await guard.executeOr(
      call(() => Promise.resolve(['a'])),
      fallback,
    );
    const late = guard.executeOr(call<string[]>(stalled, 100), fallback);
    clock.advance(100);
    expect(whole).toEqual({ kind: 'whole', value: ['a'] });
    expect(await late).toEqual({ kind: 'degraded', value: [], part: 'related', why: expect.any(Fault) });
    expect(degradedParts(whole, await late)).toEqual(['related']);
  });

  it('has no stand-in for a caller that left, nor for an error the fallback does not cover', async () => {
    const { guard, call } = guardWith();
    const left = call<number>(stalled);
    const answer = guard.executeOr(left, { part: 'price', value: () => 0 });
    left.deadline.cancel();
    await expect(answer).rejects.toThrow('fault');

    const picky = {
      part: 'price',
      value(error: unknown): number {
        throw error;
      },
    };
    await expect(guard.executeOr(call<number>(failing()), picky)).rejects.toThrow('fault');
  });
});
