import {
  type Context as OtelContext,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import { Header } from '../../contract/headers.ts';
import type { Runtime } from './runtime.ts';
import type { Log } from './telemetry/log.ts';
import { SpanScope } from './telemetry/span-scope.ts';
import { readTraceparent, readXRay } from './telemetry/trace-headers.ts';
import { Deadline } from './time/deadline.ts';
import { wholeNumber } from './whole-number.ts';

/** Headers by lower-case name, as Node gives them. */
export type IncomingHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What travels with a request: its ids, its deadline, its log. Passed on as an argument, never ambient. */
export class Context {
  /** The span of the request, or of the step that this context belongs to. */
  readonly span: Span;
  /** The id on every log line and call of the request: the one its caller sent, or else the trace id. */
  readonly correlationId: string;
  /** How long the caller still waits for the answer. */
  readonly deadline: Deadline;
  readonly #runtime: Runtime;
  #scope: SpanScope | undefined;
  #log: Log | undefined;

  constructor(span: Span, correlationId: string, deadline: Deadline, runtime: Runtime) {
    this.span = span;
    this.correlationId = correlationId;
    this.deadline = deadline;
    this.#runtime = runtime;
  }

  /** A log whose lines say which request they belong to. */
  get log(): Log {
    const { traceId, spanId } = this.span.spanContext();
    this.#log ??= this.#runtime.log.with({ correlationId: this.correlationId, traceId, spanId });
    return this.#log;
  }

  /** The fields that {@link log} adds to each line, as members of a JSON object: for lines put together by hand. */
  get members(): string {
    const { traceId, spanId } = this.span.spanContext();
    return `,"correlationId":"${this.correlationId}","traceId":"${traceId}","spanId":"${spanId}"`;
  }

  /** The context of one step of this request, limited to `timeoutMs`. The caller must end its span. */
  step(name: string, options?: SpanOptions, timeoutMs?: number): Context {
    const span = this.#runtime.tracer.startSpan(name, options, this.#active);
    const deadline = timeoutMs === undefined ? this.deadline : this.deadline.within(timeoutMs);
    return new Context(span, this.correlationId, deadline, this.#runtime);
  }

  /** Runs `work` with this span as the active one of the OpenTelemetry API. */
  run<T>(work: () => T): T {
    return this.#active.run(work);
  }

  get #active(): SpanScope {
    this.#scope ??= new SpanScope(this.span);
    return this.#scope;
  }
}

const CORRELATION_ID = /^[\w.:-]{1,128}$/;
const X_RAY = 'x-amzn-trace-id';
/**
 * The context of an incoming request: continues the caller's trace, by W3C's headers or else X-Ray's, under the shorter
 * of both deadlines. Pass `now` if you have just read the clock.
 */
export function requestContext(
  headers: IncomingHeaders,
  timeoutMs: number,
  runtime: Runtime,
  now: number = runtime.clock.elapsed(),
): Context {
  const span = runtime.tracer.startSpan('request', { kind: SpanKind.SERVER, startTime: now }, callerOf(headers));
  const { traceId } = span.spanContext();
  const correlationId = text(headers[Header.correlationId]);
  const deadline = text(headers[Header.deadline]);
  const left = deadline === undefined ? undefined : wholeNumber(deadline);
  const budget = left === undefined ? timeoutMs : Math.min(left, timeoutMs);
  return new Context(
    span,
    // Usually this is the trace id, which is validated already.
    correlationId !== undefined && correlationId !== traceId && CORRELATION_ID.test(correlationId)
      ? correlationId
      : traceId,
    new Deadline(budget, runtime.clock, undefined, now),
    runtime,
  );
}

/** The context of work that no request asked for, such as a one-off task. */
export function rootContext(timeoutMs: number, runtime: Runtime): Context {
  if (!(timeoutMs >= 0)) throw new Error(`rootContext: timeoutMs must be 0 milliseconds or more, got ${timeoutMs}`);
  const span = runtime.tracer.startSpan('task', { root: true });
  return new Context(span, span.spanContext().traceId, new Deadline(timeoutMs, runtime.clock), runtime);
}

function callerOf(headers: IncomingHeaders): OtelContext {
  const w3c = headers[Header.traceparent];
  const caller =
    (w3c === undefined ? undefined : readTraceparent(text(w3c), list(headers[Header.tracestate]))) ??
    (headers[X_RAY] === undefined ? undefined : readXRay(text(headers[X_RAY])));
  return caller === undefined ? ROOT_CONTEXT : new SpanScope(trace.wrapSpanContext(caller));
}

const text = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'object' ? value[0] : value;

const list = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'object' ? value.join(',') : value;
