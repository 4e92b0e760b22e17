import { Header } from '../../contract/headers.ts';
import { Deadline } from './deadline.ts';
import type { Runtime } from './runtime.ts';
import type { Log } from './telemetry/log.ts';
import { childTrace, readTrace, startTrace, type Trace } from './telemetry/trace.ts';

/** Headers by lower-case name, as Node gives them. */
export type IncomingHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What travels with a request: whose it is, how long it may take, where it writes its lines. Passed on, never ambient. */
export class Context {
  readonly trace: Trace;
  readonly correlationId: string;
  readonly deadline: Deadline;
  readonly #runtime: Runtime;
  #log: Log | undefined;

  constructor(trace: Trace, correlationId: string, deadline: Deadline, runtime: Runtime) {
    this.trace = trace;
    this.correlationId = correlationId;
    this.deadline = deadline;
    this.#runtime = runtime;
  }

  /** A log whose lines say which request they belong to. */
  get log(): Log {
    const { correlationId, trace } = this;
    this.#log ??= this.#runtime.log.with({ correlationId, traceId: trace.traceId, spanId: trace.spanId });
    return this.#log;
  }

  /** The context of one thing done for this request, in at most so many milliseconds. */
  step(timeoutMs: number): Context {
    const trace = childTrace(this.trace, this.#runtime.ids);
    return new Context(trace, this.correlationId, this.deadline.within(timeoutMs), this.#runtime);
  }
}

const CORRELATION_ID = /^[\w.:-]{1,128}$/;
const MILLISECONDS = /^\d{1,9}$/;

/** The context of a request that came in: the caller's trace goes on, and the smaller of both deadlines holds. */
export function requestContext(headers: IncomingHeaders, timeoutMs: number, runtime: Runtime): Context {
  const caller = readTrace(text(headers[Header.traceparent]), text(headers[Header.tracestate]));
  const trace = caller === undefined ? startTrace(runtime.ids) : childTrace(caller, runtime.ids);
  const correlationId = text(headers[Header.correlationId]);
  const left = text(headers[Header.deadline]);
  const budget = left !== undefined && MILLISECONDS.test(left) ? Math.min(Number(left), timeoutMs) : timeoutMs;
  return new Context(
    trace,
    correlationId !== undefined && CORRELATION_ID.test(correlationId) ? correlationId : trace.traceId,
    new Deadline(budget, runtime.clock),
    runtime,
  );
}

/** The context of work that no request asked for, such as a one-off task. */
export const rootContext = (timeoutMs: number, runtime: Runtime): Context => requestContext({}, timeoutMs, runtime);

const text = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'object' ? value[0] : value;
