import { Problem, type ProblemCode, type ProblemDocument, type ProblemKind, problemKind } from './problem.ts';

/** How a call to another service can fail. */
export type CallFailure =
  /** No answer in time: time was up `before` the call, ran out `here`, or ran out `there` and the callee said so. */
  | { readonly kind: 'timeout'; readonly at: 'before' | 'here' | 'there' }
  /** No connection, or it broke; `sent` says whether the request may have reached the service. */
  | { readonly kind: 'unavailable'; readonly sent: boolean }
  /** Its breaker is open: it was not called, and won't be for `retryAfterMs`. */
  | { readonly kind: 'cut-off'; readonly retryAfterMs: number }
  /** The limit of concurrent calls to it is reached: it was not called. */
  | { readonly kind: 'crowded' }
  /** It answered with an error; `code` is set if the answer is a problem document. */
  | {
      readonly kind: 'problem';
      readonly status: number;
      readonly code: string | undefined;
      /** How long it asks callers to wait. */
      readonly retryAfterMs: number | undefined;
    }
  /** It answered something other than the route declares. */
  | { readonly kind: 'malformed' };

const codes: Record<CallFailure['kind'], ProblemCode> = {
  timeout: 'dependency-timeout',
  unavailable: 'dependency-unavailable',
  'cut-off': 'dependency-cut-off',
  crowded: 'dependency-crowded',
  problem: 'dependency-failed',
  malformed: 'dependency-failed',
};

/** What callers see: the kind of failure, never text from elsewhere. */
const details: Record<CallFailure['kind'], string> = {
  timeout: 'did not answer in time',
  unavailable: 'cannot be reached',
  'cut-off': 'is not called for a while: it failed too often recently',
  crowded: 'was not called: the limit of concurrent calls to it is reached',
  problem: 'answered with a problem',
  malformed: 'answered with something other than declared',
};

/** A failed call to another service. It is a problem, so even uncaught it becomes a proper answer. */
export class CallError extends Problem {
  /** The name of its class. */
  override readonly name = 'CallError';
  /** The service that was called. */
  readonly service: string;
  /** How the call failed. */
  readonly failure: CallFailure;

  /** `detail` goes to log and span; callers only see the service and the kind of failure. */
  constructor(service: string, failure: CallFailure, detail: string, cause?: unknown) {
    super(codes[failure.kind], `${service} ${detail}`, {
      cause,
      retryAfterMs: failure.kind === 'cut-off' ? failure.retryAfterMs : undefined,
    });
    this.service = service;
    this.failure = failure;
  }

  override document(correlationId?: string): ProblemDocument {
    return { ...super.document(correlationId), detail: `${this.service} ${details[this.failure.kind]}` };
  }

  /** Whether the service itself answered with this problem, such as `not-found`. */
  answered(problem: ProblemCode | ProblemKind): boolean {
    return this.failure.kind === 'problem' && this.failure.code === problemKind(problem).code;
  }
}
