import { CallError } from '../call-error.ts';
import { errorMessage } from '../error-message.ts';
import { Problem } from '../problem.ts';
import type { Clock } from '../time/clock.ts';
import type { Deadline } from '../time/deadline.ts';
import type { AttemptTimeout } from './attempt-timeout.ts';
import type { Breaker } from './breaker.ts';
import type { Bulkhead } from './bulkhead.ts';
import { answerOr, type Degradable, type Fallback } from './degradable.ts';
import type { Outcome } from './outcome.ts';
import type { RetryBudget } from './retry-budget.ts';

/** What policies need to know of an error. */
export interface Failure {
  /** `success` where the dependency is well, though the call is not: it answered that the request was wrong. */
  readonly outcome: Outcome;
  /** Whether another attempt may be made, if the call bears one at all. */
  readonly retry: boolean;
  /** What the dependency asked to wait before that, in milliseconds. @default - it asked for nothing */
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
  /** Told what each attempt says about the dependency: decided once, for everybody. @default - nobody asks */
  ended?(outcome: Outcome, milliseconds: number): void;
}

/** A call whose attempts may go on after they have failed: they were given up, and do not look at their deadline. */
export interface LingeringCall<T> extends GuardedCall<T> {
  /** What the last attempt is still about, if it is; its place is kept until then. @default - nothing */
  readonly lingering?: Promise<unknown> | undefined;
}

/** A failure, or else the mistake that kept it from being judged. */
interface Judgement extends Failure {
  readonly fault?: Error;
}

/** Calls a dependency through its policies. */
export interface Guard {
  /** Makes the call; fails as its last attempt failed, or says why there was none. */
  execute<T>(call: GuardedCall<T>): Promise<T>;
  /** The same, but for a stand-in where the answer can't be had and somebody still waits for it. */
  executeOr<T, P extends string>(call: GuardedCall<T>, fallback: Fallback<T, P>): Promise<Degradable<T, P>>;
}

export interface GuardProps {
  /** The dependency, for errors. */
  readonly service: string;
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

  executeOr<T, P extends string>(call: LingeringCall<T>, fallback: Fallback<T, P>): Promise<Degradable<T, P>> {
    return answerOr(this.execute(call), fallback, call.deadline);
  }

  async execute<T>(call: LingeringCall<T>): Promise<T> {
    const { bulkhead, breaker, clock, retry, timeout } = this.#props;
    if (!bulkhead.enter()) await bulkhead.wait(call.deadline);
    let inside = true;
    let deadline: Deadline | undefined;
    try {
      let now = clock.elapsed();
      if (isOver(call.deadline, now)) throw this.#tooLate(call.deadline);
      let ticket = breaker.enter(now);
      if (ticket === undefined) throw breaker.refusal();
      retry.earn();
      for (let count = 0; ; count++) {
        deadline = timeout.begin(call.deadline, now);
        let value: T;
        try {
          value = await call.attempt(deadline, count);
        } catch (error) {
          const failure = this.#failure(error, deadline, now);
          deadline.settle();
          const closed = breaker.leave(ticket, failure.outcome);
          this.#ended(call, failure.outcome, now);
          const wait = closed && failure.retry && call.idempotent ? this.#wait(call, count + 1, failure) : undefined;
          // Somebody else may use the place while this one waits to try again.
          this.#leave(call);
          inside = false;
          if (wait === undefined) throw failure.fault ?? error;
          await this.#pause(call.deadline, wait, error);
          inside = true;
          now = clock.elapsed();
          ticket = isOver(call.deadline, now) ? undefined : breaker.enter(now);
          if (ticket === undefined) throw error;
          continue;
        }
        breaker.leave(ticket, 'success');
        this.#ended(call, 'success', now);
        return value;
      }
    } finally {
      deadline?.settle();
      if (inside) bulkhead.leave();
    }
  }

  #tooLate(deadline: Deadline): Problem {
    if (deadline.end === 'cancelled') return new Problem('caller-left');
    return new CallError(this.#props.service, { kind: 'timeout', at: 'before' }, 'was not called: no time was left');
  }

  #ended<T>(call: GuardedCall<T>, outcome: Outcome, began: number): void {
    const milliseconds = this.#props.clock.elapsed() - began;
    if (outcome === 'success') this.#props.timeout.answered(began, milliseconds);
    call.ended?.(outcome, milliseconds);
  }

  /** Gives the place of a failed attempt back, once nothing of it is under way any more. */
  #leave<T>({ lingering }: LingeringCall<T>): void {
    const { bulkhead } = this.#props;
    const leave = (): void => bulkhead.leave();
    if (lingering === undefined) leave();
    else lingering.then(leave, leave);
  }

  #failure(error: unknown, deadline: Deadline, began: number): Judgement {
    const failure = this.#judged(error);
    if (failure.outcome === 'success') return failure;
    const excused = deadline.end === 'cancelled' || this.#props.timeout.starved(deadline, began);
    return excused ? { outcome: 'neutral', retry: false } : failure;
  }

  /** What the dependency did counts, even where the code that was to judge it fails. */
  #judged(error: unknown): Judgement {
    const { classify, service } = this.#props;
    try {
      return classify(error);
    } catch (thrown) {
      const message = `classify of ${service} threw '${errorMessage(thrown)}' on '${errorMessage(error)}'; correct it`;
      return { outcome: 'failure', retry: false, fault: new Error(message, { cause: error }) };
    }
  }

  /** How long to wait before the next attempt; undefined if there is to be none. */
  #wait<T>({ deadline }: GuardedCall<T>, count: number, { retryAfterMs }: Failure): number | undefined {
    return this.#props.retry.spend(count, deadline.remaining(), retryAfterMs);
  }

  /** Waits outside the bulkhead, and enters it again. Throws what the last attempt failed with where it has no room. */
  async #pause(deadline: Deadline, milliseconds: number, cause: unknown): Promise<void> {
    const { bulkhead } = this.#props;
    const pause = deadline.within(milliseconds);
    await new Promise((resolve) => pause.whenOver(resolve));
    if (deadline.end === 'cancelled') throw new Problem('caller-left', undefined, { cause });
    if (bulkhead.enter()) return;
    try {
      await bulkhead.wait(deadline);
    } catch (error) {
      throw error instanceof Problem && error.code === 'caller-left' ? error : cause;
    }
  }
}

const isOver = (deadline: Deadline, now: number): boolean => now >= deadline.at || deadline.end !== undefined;
