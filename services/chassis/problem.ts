/** Every way a request to any service can fail, told apart by its code. A code is never given a second meaning. */
export const problemCodes = {
  'malformed-request': { status: 400, title: 'The request is not valid HTTP' },
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  'invalid-request': { status: 400, title: 'The request does not match what the service declares' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'no-route': { status: 404, title: 'The service has no such path' },
  'method-not-allowed': { status: 405, title: 'The path does not know this method' },
  'request-too-slow': { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'The request contradicts how things stand' },
  'precondition-failed': { status: 412, title: 'The thing is not in the version the request names' },
  'body-too-large': { status: 413, title: 'The body is larger than the service takes' },
  'unsupported-media-type': { status: 415, title: 'The service does not read this content type' },
  'expectation-failed': { status: 417, title: 'The service does not know what the request expects of it' },
  'precondition-required': { status: 428, title: 'The request must name the version it changes' },
  'headers-too-large': { status: 431, title: 'The headers are larger than the service takes' },
  'caller-left': { status: 499, title: 'The caller did not wait for the answer' },
  internal: { status: 500, title: 'The service failed' },
  'dependency-failed': { status: 502, title: 'A service this one needs failed' },
  'dependency-unavailable': { status: 502, title: 'A service this one needs cannot be reached' },
  'dependency-crowded': { status: 503, title: 'As many calls as may be to a service this one needs are under way' },
  'dependency-cut-off': { status: 503, title: 'A service this one needs keeps failing and is not called for a while' },
  'dependency-not-ready': { status: 503, title: 'A service this one cannot do without is not ready' },
  draining: { status: 503, title: 'The task is about to stop' },
  overloaded: { status: 503, title: 'The task has more to do than it can' },
  'deadline-exceeded': { status: 504, title: 'The time for this request ran out' },
  'dependency-timeout': { status: 504, title: 'A service this one needs did not answer in time' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

/** The code of a problem of every service; the page of the problems lists them with status and meaning. */
export type ProblemCode = keyof typeof problemCodes;

/** A way a request can fail, its code written out. */
export interface ProblemKind {
  /** Lower-case words joined by hyphens: `sold-out`. */
  readonly code: string;
  /** From 400 to 599. */
  readonly status: number;
  /** What it says whatever the request was. */
  readonly title: string;
}

/** A problem a service has beside those of every service: `defineProblem('sold-out', 409, 'Nothing of it is left')`. */
export function defineProblem(code: string, status: number, title: string): ProblemKind {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code)) {
    throw new Error(`the problem '${code}' has no valid code; write lower-case words joined by hyphens: sold-out`);
  }
  if (Object.hasOwn(problemCodes, code)) {
    throw new Error(`the problem '${code}' is one of every service (docs/problems.md); give yours another code`);
  }
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw new Error(`the problem '${code}' has the status ${status}; give it one from 400 to 599`);
  }
  return { code, status, title };
}

/** The kind behind a code of the table; a kind is one already. */
export const problemKind = (of: ProblemCode | ProblemKind): ProblemKind =>
  typeof of === 'string' ? { code: of, ...problemCodes[of] } : of;

/** One part of a request that does not match. */
export interface ProblemError {
  /** Which part: `query/limit`. */
  readonly at: string;
  /** What is wrong with it. */
  readonly message: string;
}

/** What a caller is told, as RFC 9457 writes it. */
export interface ProblemDocument {
  /** `urn:mosaic:problem:<code>` */
  readonly type: string;
  /** What its code means, whatever the request was. */
  readonly title: string;
  /** The status of the answer. */
  readonly status: number;
  /** Which problem it is. */
  readonly code: string;
  /** What was got this time, and what to do. @default - no more than the title says */
  readonly detail?: string;
  /** The parts of the request that do not match. @default - it is not about parts */
  readonly errors?: readonly ProblemError[];
  /** What the logs know the request by. @default - the request is not known */
  readonly correlationId?: string;
}

/** What a problem says beside its code and detail. */
export interface ProblemExtras {
  /** The parts of the request that do not match. @default - it is not about parts */
  readonly errors?: readonly ProblemError[] | undefined;
  /** How long the caller should wait before it asks again, for `Retry-After`. @default - asking again is no use */
  readonly retryAfterMs?: number | undefined;
  /** What it came from, for the log alone. @default - it came from nothing else */
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
  /** The parts of the request that do not match; undefined where it is not about parts. */
  readonly errors: readonly ProblemError[] | undefined;
  /** How long the caller should wait before it asks again; undefined where asking again is no use. */
  readonly retryAfterMs: number | undefined;

  /**
   * `of` is a code of the table, or a problem of the service's own; `detail` is for the caller: it says what was got and
   * what to do, nothing about our insides.
   */
  constructor(of: ProblemCode | ProblemKind, detail?: string, more: ProblemExtras = {}) {
    const { code, status, title } = problemKind(of);
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
