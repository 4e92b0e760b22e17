import { Compile } from 'typebox/compile';
import { type Dispatcher, Pool } from 'undici';
import { Header } from '../../../contract/headers.ts';
import type { Context } from '../context.ts';
import { PathTemplate } from '../path-template.ts';
import type { Operations, Route, Routes } from '../route.ts';
import { traceparent } from '../telemetry/trace.ts';
import { CallError } from './call-error.ts';
import { exchange, type HttpAnswer } from './exchange.ts';

export interface ClientProps<T extends Routes> {
  /** The service that is called, for errors. */
  readonly service: string;
  /** What is asked of it: only the routes, and of their answers only the properties, that the caller relies on. */
  readonly routes: T;
  /** Where it answers: `http://catalog`. */
  readonly baseUrl: string;
  /** Longest a call may take in all; what is left of the request's own deadline holds if it is less. */
  readonly timeoutMs: number;
  /** Most connections at once. @default 64 */
  readonly connections?: number;
}

/** Typed calls; disposing of it closes its connections. */
export type Client<T extends Routes> = Operations<T> & AsyncDisposable;

/** Makes typed calls from routes. Each call hands on trace, correlation id and what is left of the deadline. */
export function client<T extends Routes>(props: ClientProps<T>): Client<T> {
  const base = new URL(props.baseUrl);
  // Time is kept by the deadline of each call, so undici's own clocks are off.
  const pool = new Pool(base.origin, { connections: props.connections ?? 64, headersTimeout: 0, bodyTimeout: 0 });
  const prefix = base.pathname === '/' ? '' : base.pathname.replace(/\/$/, '');
  const operations = Object.entries(props.routes).map(([name, route]) => [
    name,
    operation(props.service, route, prefix, pool, props.timeoutMs),
  ]);
  return { ...Object.fromEntries(operations), [Symbol.asyncDispose]: () => pool.close() };
}

interface CallInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

function operation(service: string, route: Route, prefix: string, pool: Dispatcher, timeoutMs: number) {
  const template = new PathTemplate(route.path);
  const validator = route.answer && Compile(route.answer);
  return async (input: CallInput, context: Context): Promise<unknown> => {
    const step = context.step(timeoutMs);
    try {
      const answer = await exchange(service, pool, step.deadline, {
        method: route.method,
        path: prefix + template.fill(input.params ?? {}) + queryText(input.query),
        headers: headers(step, route),
        body: route.body === undefined ? null : JSON.stringify(input.body),
      });
      if (answer.status < 200 || answer.status > 299) throw problemOf(service, answer);
      if (validator === undefined) return undefined;
      const value = json(answer.body);
      if (validator.Check(value)) return value;
      const [fault] = validator.Errors(value);
      const detail = `answered ${route.path} with something else: ${fault?.instancePath || '/'} ${fault?.message}`;
      throw new CallError(service, { kind: 'malformed' }, detail);
    } finally {
      step.deadline.settle();
    }
  };
}

function headers(step: Context, route: Route): string[] {
  const list = ['accept', 'application/json', Header.traceparent, traceparent(step.trace)];
  list.push(Header.correlationId, step.correlationId, Header.deadline, String(Math.floor(step.deadline.remaining())));
  if (step.trace.state !== undefined) list.push(Header.tracestate, step.trace.state);
  if (route.body !== undefined) list.push('content-type', 'application/json');
  return list;
}

function queryText(query: CallInput['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) search.append(name, String(one));
    }
  }
  return search.size === 0 ? '' : `?${search}`;
}

function problemOf(service: string, { status, body }: HttpAnswer): CallError {
  // The callee, or a proxy before it, may notice a moment before we do that the time is over.
  if (status === 504) return new CallError(service, { kind: 'timeout' }, 'did not answer in time');
  const { code, detail } = (json(body) ?? {}) as { code?: unknown; detail?: unknown };
  const failure = { kind: 'problem', status, code: typeof code === 'string' ? code : undefined } as const;
  return new CallError(service, failure, `answered ${status}${typeof detail === 'string' ? `: ${detail}` : ''}`);
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
