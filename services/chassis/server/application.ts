import { PathTemplate } from '../path-template.ts';
import type { Operations, Routes } from '../route.ts';
import type { Runtime } from '../runtime.ts';
import { createEndpoint, type Endpoint, type Handler } from './endpoint.ts';
import { Exchange, type ExchangeProps, type IncomingRequest } from './exchange.ts';
import { openApiDocument } from './openapi.ts';
import { type ReportSinks, reportSinks, unroutedReporter } from './request-reporter.ts';
import { Router } from './router.ts';
import { type Admission, openDoor } from './shedding/admission.ts';
import { statusHandlers, statusRoutes } from './status-routes.ts';

export interface ApplicationProps<T extends Routes> {
  /** Name of the service: the title of its document. */
  readonly service: string;
  readonly routes: T;
  readonly handlers: Operations<T>;
  /** Longest any request may take. */
  readonly requestTimeoutMs: number;
  readonly runtime: Runtime;
  /** Why it cannot work at the moment, for `/ready`; undefined if it can. @default - it is always ready */
  readonly readiness?: (() => string | undefined) | undefined;
  /** Turns requests away when there are too many. @default - accepts all */
  readonly admission?: Admission | undefined;
}

/** What a service answers, without a socket: routes and handlers in, one answer and one access line per request out. */
export class Application {
  readonly #router = new Router<Endpoint>();
  readonly #runtime: Runtime;
  readonly #sinks: ReportSinks;
  readonly #exchange: ExchangeProps;
  #draining = false;
  #lastRequestAt: number;

  constructor(props: ApplicationProps<Routes>) {
    const { service, routes, handlers, requestTimeoutMs, runtime, readiness, admission = openDoor } = props;
    const draining = (): boolean => this.#draining;
    this.#runtime = runtime;
    this.#sinks = reportSinks(runtime);
    this.#lastRequestAt = runtime.clock.elapsed();
    this.#exchange = {
      runtime,
      requestTimeoutMs,
      admission,
      draining,
      unrouted: unroutedReporter(this.#sinks),
    };
    const document = (): object => openApiDocument(service, routes);
    this.#add(statusRoutes, statusHandlers({ draining, readiness, document }));
    this.#add(routes, handlers);
  }

  /** From now on it is not ready, and its answers ask callers to close the connection. */
  drain(): void {
    this.#draining = true;
  }

  /** When the last request came, internal routes aside, in the clock's elapsed milliseconds. */
  get lastRequestAt(): number {
    return this.#lastRequestAt;
  }

  /** Answers one request. */
  serve(request: IncomingRequest): Exchange {
    const began = this.#runtime.clock.elapsed();
    const { method, url } = request;
    const mark = url.indexOf('?');
    const path = mark === -1 ? url : url.slice(0, mark);
    const match = this.#router.find(method, path);
    if (match.kind !== 'found' || !match.target.route.internal) this.#lastRequestAt = began;
    const exchange = new Exchange(this.#exchange, request, match, path, began);
    exchange.run();
    return exchange;
  }

  #add(routes: Routes, handlers: object): void {
    for (const [name, route] of Object.entries(routes)) {
      const handler = (handlers as Record<string, Handler>)[name]!;
      const endpoint = createEndpoint(name, route, handler, this.#sinks);
      this.#router.add(route.method, new PathTemplate(route.path), endpoint);
    }
  }
}
