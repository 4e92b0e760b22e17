import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import { Problem } from '../problem.ts';
import type { AttemptTimeout } from './attempt-timeout.ts';
import type { Breaker } from './breaker.ts';
import type { Bulkhead } from './bulkhead.ts';
import type { Degradable, Fallback } from './degradable.ts';
import type { Outcome } from './outcome.ts';
import type { RetryBudget } from './retry-budget.ts';

/** What policies need to know of an error. */
export interface Failure {
  readonly outcome: Exclude<Outcome, 'success'>;
  /** Whether another attempt may be made, if the call bears one at all. */
  readonly retry: boolean;
  /** What the dependency asked to wait before that, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** One call, as policies see it. */
export interface GuardedCall<T> {
  /** All the time there is. */
  readonly deadline: Deadline;
  /** Whether making it twice does no more than making it once. */
  readonly idempotent: boolean;
  /** Makes one attempt, counted from 0, within a deadline of its own: once that is over it fails, whoever else waits. */
  attempt(deadline: Deadline, count: number): Promise<T>;
}

/** Calls a dependency through its policies. */
export interface Guard {
  execute<T>(call: GuardedCall<T>): Promise<T>;
  /** The same, but for a stand-in where the answer can't be had and somebody still waits for it. */
  executeOr<T, P extends string>(call: GuardedCall<T>, fallback: Fallback<T, P>): Promise<Degradable<T, P>>;
}

export interface GuardProps {
  readonly bulkhead: Bulkhead;
  readonly breaker: Breaker;
  readonly retry: RetryBudget;
  readonly timeout: AttemptTimeout;
  /** What an error of an attempt means. */
  readonly classify: (error: unknown) => Failure;
  readonly clock: Clock;
}

/** Composes policies: deadline → fallback → bulkhead → circuit breaker → retry budget → timeout per attempt. */
export const createGuard = (props: GuardProps): Guard => new ComposedGuard(props);

/**
 * The order is the order of the lines, outermost first. Policies are gates one enters and leaves rather than functions
 * wrapped around each other, so a call that goes well costs one promise, whatever their number.
 */
class ComposedGuard implements Guard {
  readonly #props: GuardProps;

  constructor(props: GuardProps) {
    this.#props = props;
  }

  async executeOr<T, P extends string>(call: GuardedCall<T>, fallback: Fallback<T, P>): Promise<Degradable<T, P>> {
    try {
      return { kind: 'whole', value: await this.execute(call) };
    } catch (error) {
      if (call.deadline.end === 'cancelled') throw error;
      return { kind: 'degraded', value: fallback.value(error), part: fallback.part, why: error };
    }
  }

  async execute<T>(call: GuardedCall<T>): Promise<T> {
    const props = this.#props;
    if (!props.bulkhead.enter()) await props.bulkhead.wait(call.deadline);
    let deadline: Deadline | undefined;
    try {
      let now = props.clock.elapsed();
      let ticket = props.breaker.enter(now);
      if (ticket === undefined) throw props.breaker.refusal();
      props.retry.earn();
      for (let count = 0; ; count++) {
        deadline = props.timeout.begin(call.deadline, now);
        try {
          const value = await call.attempt(deadline, count);
          props.breaker.leave(ticket, 'success');
          return value;
        } catch (error) {
          const failure = this.#failure(error, deadline, now);
          deadline.settle();
          const closed = props.breaker.leave(ticket, failure.outcome);
          if (!closed || !failure.retry || !call.idempotent) throw error;
          await this.#beforeNext(call, count + 1, failure, error);
          now = props.clock.elapsed();
          ticket = props.breaker.enter(now);
          if (ticket === undefined) throw error;
        }
      }
    } finally {
      deadline?.settle();
      props.bulkhead.leave();
    }
  }

  #failure(error: unknown, deadline: Deadline, began: number): Failure {
    const failure = this.#props.classify(error);
    const neutral = deadline.end === 'cancelled' || this.#props.timeout.starved(deadline, began);
    return neutral ? { outcome: 'neutral', retry: false } : failure;
  }

  /** Waits until the next attempt may be made; throws what the last one failed with if there is to be none. */
  async #beforeNext<T>(call: GuardedCall<T>, count: number, failure: Failure, error: unknown): Promise<void> {
    const wait = this.#props.retry.spend(count, call.deadline.remaining(), failure.retryAfterMs);
    if (wait === undefined) throw error;
    const pause = call.deadline.within(wait);
    await new Promise((resolve) => pause.whenOver(resolve));
    if (call.deadline.end === 'cancelled') throw new Problem('caller-left', undefined, { cause: error });
  }
}
