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

/** What policies need to know about an error. */
export interface Failure {
  /** `success` if the dependency is healthy although the call failed: it rejected the request. */
  readonly outcome: Outcome;
  /** Whether another attempt may be made, provided the call is idempotent. */
  readonly retry: boolean;
  /** Milliseconds the dependency asked to wait before that. @default - it did not ask */
  readonly retryAfterMs?: number;
}

/** One call, as policies see it. */
export interface GuardedCall<T> {
  /** The deadline of the call, all attempts together. */
  readonly deadline: Deadline;
  /** Whether making it twice does no more than making it once. */
  readonly idempotent: boolean;
  /** Makes one attempt, counted from 0; it must fail once its own deadline is over, even if the call has time left. */
  attempt(deadline: Deadline, count: number): Promise<T>;
  /** Called with what each attempt says about the dependency, as all policies see it. @default - not called */
  ended?(outcome: Outcome, milliseconds: number): void;
}

/** A call whose attempts may go on after they were given up, because they do not observe their deadline. */
export interface LingeringCall<T> extends GuardedCall<T> {
  /** The last attempt, if it is still running; its place is kept until it ends. @default - none */
  readonly lingering?: Promise<unknown> | undefined;
}

/** A failure, and the bug that kept it from being classified, if there was one. */
interface Judgement extends Failure {
  readonly fault?: Error;
}

/** Calls a dependency through its policies. */
export interface Guard {
  /** Makes the call; fails with the error of its last attempt, or with the reason why there was none. */
  execute<T>(call: GuardedCall<T>): Promise<T>;
  /** Like `execute`, but answers with the stand-in if the call fails while the caller still waits. */
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
 * The order of the policies is the order of the lines, outermost first. Policies are gates to enter and leave rather
 * than functions wrapped around each other, so a successful call costs one promise, however many there are.
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
          // Another call may use the place while this one waits for its next attempt.
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

  /** Gives back the place of a failed attempt once nothing of it is running any more. */
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

  /** The failure counts against the dependency even if `classify` throws. */
  #judged(error: unknown): Judgement {
    const { classify, service } = this.#props;
    try {
      return classify(error);
    } catch (thrown) {
      const message = `classify of ${service} threw '${errorMessage(thrown)}' on '${errorMessage(error)}'; correct it`;
      return { outcome: 'failure', retry: false, fault: new Error(message, { cause: error }) };
    }
  }

  /** How long to wait before the next attempt; undefined if there is none. */
  #wait<T>({ deadline }: GuardedCall<T>, count: number, { retryAfterMs }: Failure): number | undefined {
    return this.#props.retry.spend(count, deadline.remaining(), retryAfterMs);
  }

  /** Waits outside the bulkhead, then enters it again; throws the last attempt's error if there is no room. */
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
