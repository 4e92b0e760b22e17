import type { Deadline } from '../deadline.ts';
import type { Outcome } from './outcome.ts';

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
  /** Makes one attempt, counted from 0, within a deadline of its own. */
  attempt(deadline: Deadline, count: number): Promise<T>;
}

/** Calls a dependency through its policies. */
export interface Guard {
  execute<T>(call: GuardedCall<T>): Promise<T>;
}
