import { Header } from '../../../contract/headers.ts';
import { type Context, type IncomingHeaders, requestContext } from '../context.ts';
import { PathTemplate } from '../path-template.ts';
import { Problem } from '../problem.ts';
import type { Operations, Routes } from '../route.ts';
import type { Runtime } from '../runtime.ts';
import type { LogFields } from '../telemetry/log.ts';
import { createEndpoint, type Endpoint, type Handler } from './endpoint.ts';
import type { ReadBody } from './json-body.ts';
import { openApiDocument } from './openapi.ts';
import { type Match, Router } from './router.ts';
import { statusHandlers, statusRoutes } from './status-routes.ts';

export interface ApplicationProps<T extends Routes> {
  /** Name of the service: the title of its document. */
  readonly service: string;
  readonly routes: T;
  readonly handlers: Operations<T>;
  /** Longest any request may take. */
  readonly requestTimeoutMs: number;
  readonly runtime: Runtime;
}

/** A request, wherever it came from: a socket, or a test. */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHeaders;
  readonly readBody: ReadBody;
  /** Calls back if the caller leaves before the answer. @default - callers stay */
  readonly whenLeft?: (callback: () => void) => void;
}

/** An answer, ready to be written. */
export interface OutgoingResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | undefined;
}

/** What a service answers, without a socket: routes and handlers in, one answer and one access line per request out. */
export class Application {
  readonly #props: ApplicationProps<Routes>;
  readonly #router = new Router<Endpoint>();
  #draining = false;
  #lastRequestAt: number;

  constructor(props: ApplicationProps<Routes>) {
    this.#props = props;
    this.#lastRequestAt = props.runtime.clock.elapsed();
    const status = statusHandlers(
      () => this.#draining,
      () => openApiDocument(props.service, props.routes),
    );
    this.#add(statusRoutes, status);
    this.#add(props.routes, props.handlers);
  }

  /** From now on it isn't ready, and asks whoever calls not to call on the same connection again. */
  drain(): void {
    this.#draining = true;
  }

  /** When the last request came that wasn't one of the machinery's, in the clock's elapsed milliseconds. */
  get lastRequestAt(): number {
    return this.#lastRequestAt;
  }

  /** Answers one request; never rejects. */
  async handle(request: IncomingRequest): Promise<OutgoingResponse> {
    const { runtime, requestTimeoutMs } = this.#props;
    const began = runtime.clock.elapsed();
    const context = requestContext(request.headers, requestTimeoutMs, runtime);
    request.whenLeft?.(() => context.deadline.cancel());
    const mark = request.url.indexOf('?');
    const path = mark === -1 ? request.url : request.url.slice(0, mark);
    const match = this.#router.find(request.method, path);
    const route = match.kind === 'found' ? match.target.route : undefined;
    if (!route?.internal) this.#lastRequestAt = began;

    const headers: Record<string, string | number> = { [Header.correlationId]: context.correlationId };
    let status: number;
    let body: string | undefined;
    let failure: LogFields | undefined;
    try {
      const { target, values } = found(match, request, headers);
      const search = mark === -1 ? '' : request.url.slice(mark + 1);
      body = await target.run({ values, search, headers: request.headers, readBody: request.readBody }, context);
      status = target.status;
      if (body !== undefined) headers['content-type'] = 'application/json';
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem('internal', undefined, { cause: error });
      body = JSON.stringify(problem.document(context.correlationId));
      status = problem.status;
      headers['content-type'] = 'application/problem+json';
      failure = { problem: problem.code, detail: problem.message, error: problem.cause };
    } finally {
      context.deadline.settle();
    }
    if (body !== undefined) headers['content-length'] = Buffer.byteLength(body);
    if (this.#draining) headers.connection = 'close';
    if (!route?.internal) {
      const ms = Math.round((runtime.clock.elapsed() - began) * 100) / 100;
      accessLine(context, { method: request.method, route: route?.path, path, status, ms, ...failure });
    }
    return { status, headers, body };
  }

  #add(routes: Routes, handlers: object): void {
    for (const [name, route] of Object.entries(routes)) {
      const handler = (handlers as Record<string, Handler>)[name]!;
      this.#router.add(route.method, new PathTemplate(route.path), createEndpoint(route, handler));
    }
  }
}

function found(
  match: Match<Endpoint>,
  request: IncomingRequest,
  headers: Record<string, string | number>,
): Extract<Match<Endpoint>, { kind: 'found' }> {
  if (match.kind === 'found') return match;
  if (match.kind === 'no-path') throw new Problem('no-route');
  headers.allow = match.allowed.join(', ');
  throw new Problem('method-not-allowed', `got ${request.method}; the path answers ${headers.allow}`);
}

function accessLine(context: Context, fields: LogFields & { readonly status: number }): void {
  const message = `${fields.method} ${fields.route ?? fields.path} ${fields.status}`;
  if (fields.status >= 500) context.log.error(message, fields);
  else context.log.info(message, fields);
}
