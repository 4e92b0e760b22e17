import { CallError } from '../call-error.ts';
import type { GuardedCall, LingeringCall } from '../policy/guard.ts';
import type { Outcome } from '../policy/outcome.ts';
import { Problem } from '../problem.ts';
import type { Deadline } from '../time/deadline.ts';
import type { MeteredCall } from './call-meter.ts';

/** A call made by foreign code: its attempts end with their deadlines, whether or not that code observes them. */
export class ForeignCall<T> implements LingeringCall<T>, MeteredCall {
  readonly deadline: Deadline;
  attempts = 0;
  outcome: Outcome = 'neutral';
  readonly #service: string;
  readonly #call: GuardedCall<T>;
  #running: Promise<T> | undefined;
  #givenUp = false;

  constructor(service: string, call: GuardedCall<T>, timeoutMs: number) {
    this.deadline = call.deadline.within(timeoutMs);
    this.#service = service;
    this.#call = call;
  }

  get idempotent(): boolean {
    return this.#call.idempotent;
  }

  attempt(deadline: Deadline, count: number): Promise<T> {
    this.attempts += 1;
    this.#givenUp = false;
    this.#running = undefined;
    return new Promise((resolve, reject) => {
      // Subscribed first, so that it runs before whatever that code does on its signal.
      deadline.tellOnce((end) => {
        this.#givenUp = true;
        reject(end === 'expired' ? new TookTooLong(this.#service) : new Problem('caller-left'));
      });
      this.#running = Promise.resolve(this.#call.attempt(deadline, count));
      this.#running.then(resolve, reject);
    });
  }

  /** The foreign code's own promise, if it goes on after its time. */
  get lingering(): Promise<unknown> | undefined {
    return this.#givenUp ? this.#running : undefined;
  }

  ended(outcome: Outcome, milliseconds: number): void {
    this.outcome = outcome;
    this.#call.ended?.(outcome, milliseconds);
  }
}

/** An attempt was ended because its time was over; the owner's `classify` is not asked what it means. */
export class TookTooLong extends CallError {
  constructor(service: string) {
    super(service, { kind: 'timeout', at: 'here' }, 'did not answer in time');
  }
}
