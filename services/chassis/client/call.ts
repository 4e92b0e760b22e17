import type { Span } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import { Header } from '../../../contract/headers.ts';
import type { Destination, Lease } from '../balance/destination.ts';
import { CallError } from '../call-error.ts';
import type { Context } from '../context.ts';
import type { GuardedCall } from '../policy/guard.ts';
import type { Outcome } from '../policy/outcome.ts';
import { traceparent } from '../telemetry/trace-headers.ts';
import type { Deadline } from '../time/deadline.ts';
import { Attempt, type AttemptHome } from './attempt.ts';
import type { CallRequest } from './call-request.ts';

/** What all calls of one operation share. */
export interface CallHome extends AttemptHome {
  readonly method: Dispatcher.HttpMethod;
  readonly destination: Destination;
}

/** One call: as many attempts as its policies allow. */
export class Call implements GuardedCall<unknown> {
  readonly deadline: Deadline;
  /** Attempts made so far. */
  attempts = 0;
  /** What the last of them says about the service. */
  outcome: Outcome = 'neutral';
  readonly #home: CallHome;
  readonly #request: CallRequest;
  readonly #context: Context;
  #latest: Attempt | undefined;
  /** Given back when the attempt has ended. */
  #lease: Lease | undefined;

  constructor(home: CallHome, request: CallRequest, context: Context) {
    this.deadline = context.deadline;
    this.#home = home;
    this.#request = request;
    this.#context = context;
  }

  /** A request that was never sent can always be sent again. */
  get idempotent(): boolean {
    return this.#request.idempotent || this.#latest?.sent === false;
  }

  attempt(deadline: Deadline): Promise<unknown> {
    this.attempts += 1;
    const left = deadline.remaining();
    if (left === 0) {
      throw new CallError(this.#home.service, { kind: 'timeout', at: 'before' }, 'was not called: no time was left');
    }
    const lease = this.#home.destination.lease(deadline, this.#latest?.lease);
    return lease instanceof Promise
      ? lease.then((one) => this.#send(one, deadline, deadline.remaining()))
      : this.#send(lease, deadline, left);
  }

  ended(outcome: Outcome, milliseconds: number): void {
    this.outcome = outcome;
    const lease = this.#lease;
    this.#lease = undefined;
    lease?.done(outcome, milliseconds);
  }

  /** Records the outcome on a span. */
  describe(span: Span): void {
    if (this.#latest === undefined) return;
    span.setAttribute('server.address', this.#latest.lease.origin);
    if (this.#latest.status !== 0) span.setAttribute('http.response.status_code', this.#latest.status);
    if (this.attempts > 1) span.setAttribute('http.request.resend_count', this.attempts - 1);
  }

  #send(lease: Lease, deadline: Deadline, left: number): Promise<unknown> {
    this.#lease = lease;
    return new Promise((resolve, reject) => {
      this.#latest = new Attempt(this.#home, lease, deadline, resolve, reject);
      const { path, body } = this.#request;
      lease.dispatcher.dispatch(
        {
          method: this.#home.method,
          path: lease.pathPrefix === '' ? path : lease.pathPrefix + path,
          headers: this.#headers(left),
          body,
        },
        this.#latest,
      );
    });
  }

  #headers(left: number): string[] {
    const trace = this.#context.span.spanContext();
    const headers = [
      ...this.#request.headers,
      Header.traceparent,
      traceparent(trace),
      Header.correlationId,
      this.#context.correlationId,
      Header.deadline,
      String(Math.floor(left)),
    ];
    if (trace.traceState !== undefined) headers.push(Header.tracestate, trace.traceState.serialize());
    return headers;
  }
}
