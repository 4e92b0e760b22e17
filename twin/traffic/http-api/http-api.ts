import { constructPath } from '../../../system/construct-path.ts';
import type { Resource } from '../../../system/resource.ts';
import type { HttpApi as HttpApiData } from '../../../system/resources/http-api.ts';
import type { HttpApiIntegration } from '../../../system/resources/http-api-integration.ts';
import type { HttpApiRoute } from '../../../system/resources/http-api-route.ts';
import type { HttpApiStage } from '../../../system/resources/http-api-stage.ts';
import type { MappingStep } from '../../../system/resources/mapping-step.ts';
import { type Clock, machineClock } from '../../clock.ts';
import { type Exchange, limit, pathOf, respond } from '../http/exchange.ts';
import { type HttpListener, openHttpListener } from '../http/http-listener.ts';
import { newRequestId } from '../http/trace-id.ts';
import { applyCors } from './cors.ts';
import { announce, contextOf } from './gateway-context.ts';
import { compileRoutes, type RouteMatch } from './http-api-routes.ts';
import { applyMapping } from './parameter-mapping.ts';
import { TokenBucket } from './token-bucket.ts';

export interface HttpApiOptions {
  readonly api: Resource<HttpApiData>;
  /** Its own stages, routes and integrations. */
  readonly stages: readonly Resource<HttpApiStage>[];
  readonly routes: readonly Resource<HttpApiRoute>[];
  readonly integrations: readonly Resource<HttpApiIntegration>[];
  /** What an integration leads to; a text says why the twin cannot go there. */
  readonly backend: (integration: HttpApiIntegration) => Backend | string;
  /** Where the user finds it; 0 takes any free port. */
  readonly port: number;
  /** @default the machine's */
  readonly clock?: Clock;
}

/** Takes exchanges from an API into the VPC. */
export interface Backend {
  /** The caller's address as targets see it. */
  readonly client: string;
  /** False if security groups do not let the API's VPC link in. */
  handle(exchange: Exchange): boolean;
}

/** The largest body API Gateway accepts, and how long it keeps an idle connection. */
const MAX_BODY = 10 * 1024 * 1024;
const KEEP_ALIVE_MS = 600_000;

/** Opens an HTTP API of API Gateway on a local port. */
export const openHttpApi = async (options: HttpApiOptions): Promise<HttpListener> => {
  const gateway = new Gateway(options);
  return openHttpListener({
    owner: constructPath(options.api.path),
    port: options.port,
    keepAliveMs: KEEP_ALIVE_MS,
    handle: (exchange) => gateway.handle(exchange),
  });
};

interface Integrated {
  readonly backend: Backend;
  readonly method: string | undefined;
  readonly timeoutMs: number;
  readonly mapping: readonly MappingStep[];
}

class Gateway {
  readonly #options: HttpApiOptions;
  readonly #select: (method: string, path: string) => RouteMatch | undefined;
  readonly #stages: ReadonlyMap<string, HttpApiStage>;
  readonly #integrated = new Map<string, Integrated | string>();
  readonly #buckets = new Map<string, TokenBucket | undefined>();

  constructor(options: HttpApiOptions) {
    this.#options = options;
    this.#select = compileRoutes(options.routes);
    this.#stages = new Map(options.stages.map(({ data }) => [data.name, data]));
    for (const integration of options.integrations) {
      this.#integrated.set(integration.ref, integrate(integration, options.backend(integration.data)));
    }
  }

  handle(exchange: Exchange): void {
    const requestId = newRequestId();
    exchange.stamp['apigw-requestid'] = requestId;
    exchange.upgrade = undefined;
    const staged = this.#stage(exchange.path);
    if (staged === undefined) {
      say(exchange, 404, 'Not Found');
      return;
    }
    const { cors } = this.#options.api.data;
    if (cors !== undefined && applyCors(cors, exchange)) return;

    const match = this.#select(exchange.method, staged.path);
    if (match === undefined) say(exchange, 404, 'Not Found');
    else if (!this.#admits(staged.stage, match.route.data.routeKey)) say(exchange, 429, 'Too Many Requests');
    else if (Number(exchange.headers['content-length'] ?? 0) > MAX_BODY) say(exchange, 413, 'Request Entity Too Large');
    else this.#integrate(exchange, match, staged, requestId);
  }

  /** The stage a path names, or the one at the root. */
  #stage(path: string): { stage: HttpApiStage; path: string } | undefined {
    const own = pathOf(path);
    const end = own.indexOf('/', 1);
    const named = this.#stages.get(end < 0 ? own.slice(1) : own.slice(1, end));
    if (named !== undefined && named.name !== '$default') return { stage: named, path: end < 0 ? '/' : own.slice(end) };
    const root = this.#stages.get('$default');
    return root && { stage: root, path: own };
  }

  #admits(stage: HttpApiStage, routeKey: string): boolean {
    const key = `${stage.name} ${routeKey}`;
    if (!this.#buckets.has(key)) this.#buckets.set(key, this.#bucket(stage, routeKey));
    return this.#buckets.get(key)?.take() ?? true;
  }

  #bucket(stage: HttpApiStage, routeKey: string): TokenBucket | undefined {
    const own = stage.routeThrottling[routeKey];
    const rate = own?.ratePerSecond ?? stage.throttling.ratePerSecond;
    const burst = own?.burst ?? stage.throttling.burst;
    if (rate === undefined && burst === undefined) return undefined;
    return new TokenBucket(rate ?? ACCOUNT_RATE, burst ?? ACCOUNT_BURST, this.#options.clock ?? machineClock);
  }

  #integrate(
    exchange: Exchange,
    { route, variables }: RouteMatch,
    { stage, path }: { stage: HttpApiStage; path: string },
    requestId: string,
  ): void {
    const { routeKey, authorization, integration } = route.data;
    if (authorization !== 'NONE') {
      say(exchange, 501, `${routeKey}: the twin has no ${authorization} authorizers, so it lets nobody in`);
      return;
    }
    const integrated = this.#integrated.get(integration ?? '') ?? 'it has no integration';
    if (typeof integrated === 'string') {
      say(exchange, 501, `${routeKey}: ${integrated}`);
      return;
    }
    const context = contextOf(exchange, { api: this.#options.api.ref, stage: stage.name, routeKey, requestId, path });
    announce(exchange);
    applyMapping(integrated.mapping, { exchange, path, variables, context });
    if (integrated.method !== undefined) exchange.method = integrated.method;
    exchange.maxBody = MAX_BODY;
    exchange.client = integrated.backend.client;
    // API Gateway hides why: a late and an unreachable integration look the same.
    const unavailable = (): void => say(exchange, 503, 'Service Unavailable');
    limit(exchange, integrated.timeoutMs, unavailable);
    if (!integrated.backend.handle(exchange)) unavailable();
  }
}

/** An account's limits, for stages that set none. */
const ACCOUNT_RATE = 10_000;
const ACCOUNT_BURST = 5_000;

const integrate = ({ data }: Resource<HttpApiIntegration>, backend: Backend | string): Integrated | string => {
  if (typeof backend === 'string') return backend;
  const { refused, mapping, method, timeoutMs } = data;
  return refused ?? { backend, mapping, method: method === 'ANY' ? undefined : method, timeoutMs };
};

const say = (exchange: Exchange, status: number, message: string): void =>
  respond(exchange, status, 'application/json', JSON.stringify({ message }));
