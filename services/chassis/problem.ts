/** Every way a request to any service can fail, by code. A code never gets a second meaning. */
export const problemCodes = {
  'malformed-request': { status: 400, title: 'The request is not valid HTTP' },
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  'invalid-request': { status: 400, title: 'The request does not match what the service declares' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'no-route': { status: 404, title: 'The service has no such path' },
  'method-not-allowed': { status: 405, title: 'The path does not support this method' },
  'request-too-slow': { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'The request conflicts with the current state' },
  'precondition-failed': { status: 412, title: 'The current version is not the one the request names' },
  'body-too-large': { status: 413, title: 'The body is larger than the service takes' },
  'unsupported-media-type': { status: 415, title: 'The service does not read this content type' },
  'expectation-failed': { status: 417, title: 'The service does not support the expectation of the request' },
  'precondition-required': { status: 428, title: 'The request must name the version it changes' },
  'headers-too-large': { status: 431, title: 'The headers are larger than the service takes' },
  'caller-left': { status: 499, title: 'The caller did not wait for the answer' },
  internal: { status: 500, title: 'The service failed' },
  'dependency-failed': { status: 502, title: 'A service this one needs failed' },
  'dependency-unavailable': { status: 502, title: 'A service this one needs cannot be reached' },
  'dependency-crowded': { status: 503, title: 'The limit of concurrent calls to a service this one needs is reached' },
  'dependency-cut-off': { status: 503, title: 'A service this one needs keeps failing and is not called for a while' },
  'dependency-not-ready': { status: 503, title: 'A service this one cannot do without is not ready' },
  draining: { status: 503, title: 'The task is about to stop' },
  overloaded: { status: 503, title: 'The task has more work than it can handle' },
  'deadline-exceeded': { status: 504, title: 'The time for this request ran out' },
  'dependency-timeout': { status: 504, title: 'A service this one needs did not answer in time' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

/** The code of a problem that any service can have; `docs/problems.md` lists them with status and meaning. */
export type ProblemCode = keyof typeof problemCodes;

/** A way a request can fail, with its code. */
export interface ProblemKind {
  /** Lower-case words joined by hyphens: `sold-out`. */
  readonly code: string;
  /** From 400 to 599. */
  readonly status: number;
  /** What it means, whatever the request was. */
  readonly title: string;
}

/** Declares a problem of the service's own: `defineProblem('sold-out', 409, 'There is none left')`. */
export function defineProblem(code: string, status: number, title: string): ProblemKind {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code)) {
    throw new Error(`the problem '${code}' has no valid code; write lower-case words joined by hyphens: sold-out`);
  }
  if (Object.hasOwn(problemCodes, code)) {
    throw new Error(`the problem code '${code}' is taken (docs/problems.md); give yours another code`);
  }
  if (!isFailure(status)) {
    throw new Error(`the problem '${code}' has the status ${status}; give it one from 400 to 599`);
  }
  return { code, status, title };
}

const isFailure = (status: number): boolean => Number.isInteger(status) && status >= 400 && status <= 599;

/** The kind for a code of the table; a kind is returned as it is. */
export const problemKind = (of: ProblemCode | ProblemKind): ProblemKind =>
  typeof of === 'string' ? { code: of, ...problemCodes[of] } : of;

/** One part of a request that does not match. */
export interface ProblemError {
  /** Which part: `query/limit`. */
  readonly at: string;
  /** What is wrong with it. */
  readonly message: string;
}

/** What a caller gets, in the form of RFC 9457. */
export interface ProblemDocument {
  /** `urn:mosaic:problem:<code>` */
  readonly type: string;
  /** What its code means, whatever the request was. */
  readonly title: string;
  /** The status of the answer. */
  readonly status: number;
  /** Which problem it is. */
  readonly code: string;
  /** What was got this time, and what to do. @default - nothing beyond the title */
  readonly detail?: string;
  /** The parts of the request that do not match. @default - it is not about parts */
  readonly errors?: readonly ProblemError[];
  /** The id of the request in the logs. @default - none */
  readonly correlationId?: string;
}

/** What a problem carries besides its code and detail. */
export interface ProblemExtras {
  /** The parts of the request that do not match. @default - it is not about parts */
  readonly errors?: readonly ProblemError[] | undefined;
  /** How long the caller should wait before it retries, for `Retry-After`. @default - a retry is no use */
  readonly retryAfterMs?: number | undefined;
  /** The error behind it, for the log only. @default - none */
  readonly cause?: unknown;
}

/** Thrown by a handler (or by anything below it) to answer with a problem. */
export class Problem extends Error {
  /** The name of its class. */
  override readonly name: string = 'Problem';
  /** Which problem it is: a code of the table, or of the service's own. */
  readonly code: string;
  /** The status it is answered with. */
  readonly status: number;
  /** What its code means, whatever the request was. */
  readonly title: string;
  /** The parts of the request that do not match; undefined if it is not about parts. */
  readonly errors: readonly ProblemError[] | undefined;
  /** How long the caller should wait before it retries; undefined if a retry is no use. */
  readonly retryAfterMs: number | undefined;

  /**
   * `of` is a code of the table or a problem of the service's own. `detail` is for the caller: it says what was got and
   * what to do, nothing about internals.
   */
  constructor(of: ProblemCode | ProblemKind, detail?: string, more: ProblemExtras = {}) {
    const { code, status, title } = problemKind(of);
    if (!isFailure(status))
      throw new Error(`the problem '${code}' has the status ${status}; declare it by defineProblem`);
    super(detail ?? title, { cause: more.cause });
    this.code = code;
    this.status = status;
    this.title = title;
    this.errors = more.errors;
    this.retryAfterMs = more.retryAfterMs;
  }

  /** The body of the answer. */
  document(correlationId?: string): ProblemDocument {
    const { code, status, title } = this;
    return {
      type: `urn:mosaic:problem:${code}`,
      title,
      status,
      code,
      ...(this.message === title ? {} : { detail: this.message }),
      ...(this.errors && { errors: this.errors }),
      ...(correlationId && { correlationId }),
    };
  }
}
