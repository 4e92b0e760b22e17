import { Problem, type ProblemCode } from '../problem.ts';

/** How a call to another service can fail. */
export type CallFailure =
  /** No answer in the time there was. */
  | { readonly kind: 'timeout' }
  /** No connection, or it broke. */
  | { readonly kind: 'unavailable' }
  /** It answered that it won't or can't; `code` is there if it speaks our problems. */
  | { readonly kind: 'problem'; readonly status: number; readonly code: string | undefined }
  /** It answered something other than the route declares. */
  | { readonly kind: 'malformed' };

const codes: Record<CallFailure['kind'], ProblemCode> = {
  timeout: 'dependency-timeout',
  unavailable: 'dependency-unavailable',
  problem: 'dependency-failed',
  malformed: 'dependency-failed',
};

/** A call to another service failed. Being a problem, it becomes a right answer even where nobody catches it. */
export class CallError extends Problem {
  override readonly name = 'CallError';
  /** The service that was called. */
  readonly service: string;
  readonly failure: CallFailure;

  constructor(service: string, failure: CallFailure, detail: string, cause?: unknown) {
    super(codes[failure.kind], `${service} ${detail}`, { cause });
    this.service = service;
    this.failure = failure;
  }

  /** Whether the service answered with this problem of its own, such as `not-found`. */
  answered(code: ProblemCode): boolean {
    return this.failure.kind === 'problem' && this.failure.code === code;
  }
}
