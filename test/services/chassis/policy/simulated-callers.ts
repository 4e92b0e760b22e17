import { createAttemptTimeout } from '../../../../services/chassis/policy/attempt-timeout.ts';
import { type Breaker, createBreaker } from '../../../../services/chassis/policy/breaker.ts';
import { createBulkhead } from '../../../../services/chassis/policy/bulkhead.ts';
import { createGuard, type Guard, type GuardedCall } from '../../../../services/chassis/policy/guard.ts';
import { createRetryBudget, type RetryBudget } from '../../../../services/chassis/policy/retry-budget.ts';
import { Deadline } from '../../../../services/chassis/time/deadline.ts';
import { ManualClock } from '../manual-clock.ts';
import { seededRandom } from './seeded-random.ts';

/** What a dependency does with a request now: answers it or fails after so long, or never says anything. */
export type Reply = { readonly kind: 'answer' | 'failure'; readonly ms: number } | { readonly kind: 'silence' };

export interface CallersProps {
  readonly callers: number;
  /** Calls a second, of each caller. */
  readonly rate: number;
  readonly attemptTimeoutMs: number;
  /** All the time a call has. @default - that of one attempt */
  readonly callTimeoutMs?: number;
  readonly seed: number;
  readonly reply: (now: number, attempt: number) => Reply;
  /** @default - a breaker with its defaults */
  readonly breaker?: (clock: ManualClock, random: () => number) => Breaker;
  /** @default - a budget with its defaults */
  readonly retry?: (random: () => number) => RetryBudget;
}

const STEP_MS = 10;

/** Callers of one dependency, each with a guard of its own, on a clock that goes on by steps. */
export class SimulatedCallers {
  readonly clock = new ManualClock();
  readonly breakers: Breaker[] = [];
  /** When each attempt reached the dependency. */
  readonly attempts: number[] = [];
  calls = 0;
  readonly #guards: Guard[] = [];
  readonly #nextCallAt: number[] = [];
  readonly #props: CallersProps;

  constructor(props: CallersProps) {
    this.#props = props;
    const random = seededRandom(props.seed);
    const { clock } = this;
    for (let caller = 0; caller < props.callers; caller++) {
      const breaker = props.breaker?.(clock, random) ?? createBreaker({ service: 'catalog', clock, random });
      this.breakers.push(breaker);
      this.#nextCallAt.push((random() * 1_000) / props.rate);
      this.#guards.push(
        createGuard({
          service: 'catalog',
          bulkhead: createBulkhead({ service: 'catalog', settings: { value: { limit: 10_000, queue: 0 } } }),
          breaker,
          retry: props.retry?.(random) ?? createRetryBudget({ random }),
          timeout: createAttemptTimeout({ value: {} }, props.attemptTimeoutMs),
          classify: () => ({ outcome: 'failure', retry: true }),
          clock,
        }),
      );
    }
  }

  /** Goes on until this moment. */
  async until(moment: number): Promise<void> {
    while (this.clock.elapsed() < moment) {
      this.clock.advance(STEP_MS);
      for (const [caller, guard] of this.#guards.entries()) this.#call(guard, caller);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Attempts from one moment to another in the busiest so many milliseconds. */
  busiest(from: number, to: number, bucketMs: number): number {
    const buckets = new Map<number, number>();
    for (const at of this.attempts) {
      if (at < from || at >= to) continue;
      const bucket = Math.floor(at / bucketMs);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    }
    return Math.max(0, ...buckets.values());
  }

  #call(guard: Guard, caller: number): void {
    while (this.#nextCallAt[caller]! <= this.clock.elapsed()) {
      this.#nextCallAt[caller]! += 1_000 / this.#props.rate;
      this.calls += 1;
      const { attemptTimeoutMs, callTimeoutMs = attemptTimeoutMs } = this.#props;
      const call: GuardedCall<void> = {
        deadline: new Deadline(callTimeoutMs, this.clock),
        idempotent: true,
        attempt: (deadline) => this.#attempt(deadline),
      };
      guard.execute(call).catch(() => {});
    }
  }

  #attempt(deadline: Deadline): Promise<void> {
    const now = this.clock.elapsed();
    this.attempts.push(now);
    const reply = this.#props.reply(now, this.attempts.length);
    return new Promise((resolve, reject) => {
      deadline.whenOver(reject);
      if (reply.kind === 'silence') return;
      const timer = deadline.within(reply.ms);
      timer.whenOver((end) => (end === 'expired' && reply.kind === 'answer' ? resolve() : reject(end)));
    });
  }
}
