// Imported, because a global is looked up each time.
import { Buffer } from 'node:buffer';
import { Header } from '../../../contract/headers.ts';
import { type Context, type IncomingHeaders, requestContext } from '../context.ts';
import { Problem } from '../problem.ts';
import type { Runtime } from '../runtime.ts';
import type { LogFields } from '../telemetry/log.ts';
import type { DeadlineEnd } from '../time/deadline.ts';
import type { Endpoint } from './endpoint.ts';
import type { BodySource } from './json-body.ts';
import type { RequestInput } from './request-reader.ts';
import type { RequestReporter } from './request-reporter.ts';
import type { Match } from './router.ts';
import type { Admission } from './shedding/admission.ts';

/** A request, from a socket or from a test. */
export interface IncomingRequest extends BodySource {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** What is wrong with it, whatever its path. @default - nothing */
  readonly fault?: Problem | undefined;
  /** At least those headers that travel with a request; reading them must be cheap. */
  readonly head: IncomingHeaders;
  /** Takes the answer; called once. */
  answer(response: OutgoingResponse): void;
}

/** An answer, ready to be written. */
export interface OutgoingResponse {
  readonly status: number;
  /** Names and values, alternating. */
  readonly headers: readonly (string | number)[];
  readonly body: string | undefined;
}

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';
const SPENT = 'the deadline of the request was over when it came; send the milliseconds you still wait';

/** What all exchanges of an application share. */
export interface ExchangeProps {
  readonly runtime: Runtime;
  readonly requestTimeoutMs: number;
  readonly admission: Admission;
  /** Reports requests that no route answers. */
  readonly unrouted: (method: string) => RequestReporter;
  readonly draining: () => boolean;
}

/** One request on its way to its answer. */
export class Exchange {
  readonly #props: ExchangeProps;
  readonly #request: IncomingRequest;
  readonly #match: Match<Endpoint>;
  readonly #path: string;
  readonly #began: number;
  readonly #context: Context;
  /** Headers beyond those that every answer has. */
  #more: (string | number)[] | undefined = undefined;
  #admitted = false;
  #arriving = false;
  #answered = false;
  #ranOut = false;

  constructor(props: ExchangeProps, request: IncomingRequest, match: Match<Endpoint>, path: string, began: number) {
    this.#props = props;
    this.#request = request;
    this.#match = match;
    this.#path = path;
    this.#began = began;
    this.#context = requestContext(request.head, props.requestTimeoutMs, props.runtime, began);
  }

  /** From route to answer; never throws. */
  run(): void {
    try {
      const { target, values } = this.#found();
      if (this.#context.deadline.at <= this.#began) throw new Problem('caller-left', SPENT);
      this.#admit(target);
      this.#context.deadline.tellOnce((end) => this.#late(end));

      const search = this.#request.url.slice(this.#path.length + 1);
      const input = target.read({ values, search, request: this.#request });
      if (input instanceof Promise) void this.#handleLater(target, input);
      else this.#handle(target, input);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #handleLater(target: Endpoint, arriving: Promise<RequestInput>): Promise<void> {
    this.#arriving = true;
    try {
      const input = await arriving;
      this.#arriving = false;
      if (!this.#answered) this.#handle(target, input);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Without `await`, which would cost more than the handler's own promise. */
  #handle(target: Endpoint, input: RequestInput): void {
    Promise.resolve(target.handler(input as never, this.#context)).then(
      (answer) => this.#handled(target, answer),
      (error) => this.#fail(error),
    );
  }

  #handled(target: Endpoint, answer: unknown): void {
    try {
      this.#succeed(target, answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The caller no longer waits. */
  leave(): void {
    if (!this.#answered) this.#context.deadline.cancel();
  }

  #found(): Extract<Match<Endpoint>, { kind: 'found' }> {
    if (this.#request.fault !== undefined) throw this.#request.fault;
    const match = this.#match;
    if (match.kind === 'found') return match;
    if (match.kind === 'no-path') throw new Problem('no-route');
    const allowed = match.allowed.join(', ');
    this.#more = ['allow', allowed];
    throw new Problem('method-not-allowed', `got ${this.#request.method}; the path answers ${allowed}`);
  }

  #admit({ route, reporter }: Endpoint): void {
    if (route.internal) return;
    const { admission } = this.#props;
    if (!admission.admits(route.critical === true, this.#began)) {
      reporter.shed();
      throw new Problem('overloaded', undefined, { retryAfterMs: admission.retryAfterMs });
    }
    admission.entered();
    this.#admitted = true;
  }

  #late(end: DeadlineEnd): void {
    if (end !== 'expired') this.#fail(new Problem('caller-left'));
    else if (this.#arriving) this.#fail(new Problem('request-too-slow'));
    else {
      // Only the full time of the service counts: a caller's shorter deadline says nothing about the service.
      this.#ranOut = this.#context.deadline.at >= this.#began + this.#props.requestTimeoutMs;
      this.#fail(new Problem('deadline-exceeded'));
    }
  }

  #succeed({ status, write, conditional }: Endpoint, answer: unknown): void {
    if (this.#answered) return;
    const json = write?.(answer);
    const tag = json && conditional?.tag(answer, json);
    if (tag) this.#more = ['etag', tag];
    if (tag && conditional?.isKnown(tag, this.#request.headers)) {
      this.#answer(304, JSON_TYPE, undefined, undefined);
      return;
    }
    this.#answer(status, JSON_TYPE, json, undefined);
  }

  #fail(error: unknown): void {
    if (this.#answered) {
      this.#tellLate(error);
      return;
    }
    try {
      this.#answerProblem(error instanceof Problem ? error : new Problem('internal', undefined, { cause: error }));
    } catch (cause) {
      // What cannot be written, such as a header with a line break, is left out.
      this.#more = undefined;
      this.#answerProblem(new Problem('internal', undefined, { cause }));
    }
  }

  #answerProblem(problem: Problem): void {
    const { status, code, message, retryAfterMs } = problem;
    if (retryAfterMs !== undefined) this.#more = ['retry-after', Math.max(1, Math.ceil(retryAfterMs / 1_000))];
    const body = JSON.stringify(problem.document(this.#context.correlationId));
    this.#answer(status, PROBLEM_TYPE, body, { problem: code, detail: message, error: problem.cause });
  }

  /** The answer only said that time ran out; this error may say why. */
  #tellLate(error: unknown): void {
    const { deadline, log } = this.#context;
    const isEcho = error === deadline.signal.reason || (error instanceof Problem && error.code === 'caller-left');
    if (isEcho || this.#match.kind !== 'found') return;
    const { method, path } = this.#match.target.route;
    log.warn(`${method} ${path} failed after its answer`, { method, route: path, path: this.#path, error });
  }

  #answer(status: number, type: string, body: string | undefined, failure: LogFields | undefined): void {
    this.#answered = true;
    this.#context.deadline.settle();
    const { correlationId } = this.#context;
    // As literals, because an array that grows is reallocated.
    const headers: (string | number)[] =
      body === undefined
        ? [Header.correlationId, correlationId]
        : [Header.correlationId, correlationId, 'content-type', type, 'content-length', Buffer.byteLength(body)];
    if (this.#more !== undefined) headers.push(...this.#more);
    if (this.#props.draining()) headers.push('connection', 'close');
    try {
      this.#request.answer({ status, headers, body });
    } catch (error) {
      this.#answered = false;
      throw error;
    }
    this.#report(status, failure);
  }

  #report(status: number, failure: LogFields | undefined): void {
    const { runtime, admission, unrouted } = this.#props;
    const match = this.#match;
    if (this.#admitted) admission.left(this.#ranOut);
    if (match.kind === 'found' && match.target.route.internal) {
      this.#context.span.end();
      return;
    }
    const reporter = match.kind === 'found' ? match.target.reporter : unrouted(this.#request.method);
    const milliseconds = runtime.clock.elapsed() - this.#began;
    reporter.report(this.#context, runtime.log, { status, path: this.#path, milliseconds, failure });
  }
}
