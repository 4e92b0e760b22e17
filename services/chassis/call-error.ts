import { Problem, type ProblemCode, type ProblemDocument, type ProblemKind, problemKind } from './problem.ts';

/** How a call to another service can fail. */
export type CallFailure =
  /** No answer in time: none was left `before` it was called, or it ran out `here`, or `there`, which was told to us. */
  | { readonly kind: 'timeout'; readonly at: 'before' | 'here' | 'there' }
  /** No connection, or it broke; `sent` says whether the request may have reached the service. */
  | { readonly kind: 'unavailable'; readonly sent: boolean }
  /** Its breaker is open: it was not called, and won't be for so long. */
  | { readonly kind: 'cut-off'; readonly retryAfterMs: number }
  /** As many calls to it as may be are under way and waiting: it was not called. */
  | { readonly kind: 'crowded' }
  /** It answered that it won't or can't; `code` is there if it speaks our problems. */
  | {
      readonly kind: 'problem';
      readonly status: number;
      readonly code: string | undefined;
      /** How long it asks to be left alone. */
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

/** What callers are told of it: which kind it is, nothing that somebody else wrote. */
const details: Record<CallFailure['kind'], string> = {
  timeout: 'did not answer in time',
  unavailable: 'cannot be reached',
  'cut-off': 'is not called for a while: it has failed too often of late',
  crowded: 'was not called: as many calls to it as may be are under way',
  problem: 'answered with a problem',
  malformed: 'answered with something else than it should',
};

/** A call to another service failed. Being a problem, it becomes a right answer even where nobody catches it. */
export class CallError extends Problem {
  /** The name of its class. */
  override readonly name = 'CallError';
  /** The service that was called. */
  readonly service: string;
  /** How the call failed. */
  readonly failure: CallFailure;

  /** `detail` is for log and span; callers are told the service and the kind alone. */
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
