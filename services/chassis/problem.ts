/** Every way a request can fail, told apart by its code: the one table. A code is never given a second meaning. */
export const problemCodes = {
  'malformed-request': { status: 400, title: 'The request is not valid HTTP' },
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  'invalid-request': { status: 400, title: 'The request does not match what the service declares' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'no-route': { status: 404, title: 'The service has no such path' },
  'method-not-allowed': { status: 405, title: 'The path does not know this method' },
  'request-too-slow': { status: 408, title: 'The request took too long to arrive' },
  'body-too-large': { status: 413, title: 'The body is larger than the service takes' },
  'unsupported-media-type': { status: 415, title: 'The service does not read this content type' },
  'headers-too-large': { status: 431, title: 'The headers are larger than the service takes' },
  'caller-left': { status: 499, title: 'The caller did not wait for the answer' },
  internal: { status: 500, title: 'The service failed' },
  'dependency-failed': { status: 502, title: 'A service this one needs failed' },
  'dependency-unavailable': { status: 502, title: 'A service this one needs cannot be reached' },
  draining: { status: 503, title: 'The task is about to stop' },
  'deadline-exceeded': { status: 504, title: 'The time for this request ran out' },
  'dependency-timeout': { status: 504, title: 'A service this one needs did not answer in time' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

/** A code of the table. */
export type ProblemCode = keyof typeof problemCodes;

/** One part of a request that does not match. */
export interface ProblemError {
  /** Which part: `query/limit`. */
  readonly at: string;
  readonly message: string;
}

/** What a caller is told, as RFC 9457 writes it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly errors?: readonly ProblemError[];
  readonly correlationId?: string;
}

/** Thrown by a handler (or by anything below it) to answer with a problem. */
export class Problem extends Error {
  override readonly name: string = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly errors: readonly ProblemError[] | undefined;

  /** `detail` is for the caller: it says what was got and what to do, nothing about our insides. */
  constructor(code: ProblemCode, detail?: string, more: { errors?: readonly ProblemError[]; cause?: unknown } = {}) {
    super(detail ?? problemCodes[code].title, { cause: more.cause });
    this.code = code;
    this.status = problemCodes[code].status;
    this.errors = more.errors;
  }

  /** The body of the answer. */
  document(correlationId?: string): ProblemDocument {
    const { title, status } = problemCodes[this.code];
    return {
      type: `urn:mosaic:problem:${this.code}`,
      title,
      status,
      code: this.code,
      ...(this.message === title ? {} : { detail: this.message }),
      ...(this.errors && { errors: this.errors }),
      ...(correlationId && { correlationId }),
    };
  }
}
