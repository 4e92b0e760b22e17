import { readCloudMapUrl } from '../../../contract/cloud-map-url.ts';
import { balancedDestination } from '../balance/balanced-destination.ts';
import type { Balancer } from '../balance/balancer.ts';
import { defaultBalancer } from '../balance/default-balancer.ts';
import type { Destination } from '../balance/destination.ts';
import { fixedDestination } from '../balance/fixed-destination.ts';
import type { Context } from '../context.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Degradable, Fallback } from '../policy/degradable.ts';
import type { CallSettings } from '../process/settings.ts';
import type { Answer, Input, Operation, Routes } from '../route.ts';
import type { Runtime } from '../runtime.ts';
import type { CallPolicies } from './call-policies.ts';
import { classify } from './classification.ts';
import { createOperation } from './operation.ts';
import { serviceGuard } from './service-guard.ts';

/** Fallbacks by name of the operation. */
export type Fallbacks<T extends Routes> = { readonly [Name in keyof T]?: Fallback<Answer<T[Name]>> };

/** What a client is made of: the service, its routes, and the way to it. */
export interface ClientProps<T extends Routes, F extends Fallbacks<T> = object> extends Omit<CallSettings, 'url'> {
  /**
   * Base URL of the service: `http://catalog`; unused if there is a discovery. @default - the discovery or destination
   * decides
   */
  readonly url?: string;
  /** The routes the caller relies on, with only those properties of their answers that it reads. */
  readonly routes: T;
  /**
   * Stand-ins; an operation that has one answers even if the call fails, and says whether the answer is the real one.
   * @default - none
   */
  readonly fallbacks?: F;
  /** Finds the instances, over which the client then balances. @default - whatever is behind the URL balances */
  readonly discovery?: Discovery;
  /** Chooses among the instances; needs a discovery. @default defaultBalancer() */
  readonly balancer?: Balancer;
  /** Replaces `url`, `discovery` and `balancer`, which must then be left out. @default - made from those */
  readonly destination?: Destination;
  /** Policies of your own, or their no-ops. @default - all of them, configured by `calls.<service>` */
  readonly policies?: Partial<CallPolicies>;
}

/** Typed calls, one operation per route; disposing of it closes its connections. */
export type Client<T extends Routes, F extends Fallbacks<T> = object> = {
  readonly [Name in keyof T]: F extends { readonly [K in Name]: Fallback<Answer<T[Name]>, infer P> }
    ? (input: Input<T[Name]>, context: Context) => Promise<Degradable<Answer<T[Name]>, P>>
    : Operation<T[Name]>;
} & AsyncDisposable;

/**
 * Makes typed calls from routes. Each call passes on trace, correlation id and the time left, and goes through the
 * policies of its dependency: deadline → fallback → bulkhead → breaker → retry budget → timeout per attempt.
 */
export function client<T extends Routes, const F extends Fallbacks<T> = object>(
  props: ClientProps<T, F>,
  runtime: Runtime,
): Client<T, F> {
  const { service, timeoutMs, routes } = props;
  const destination = destinationOf(props, runtime);
  const meaning = (error: unknown) => classify(error, destination.connectRetriedBy);
  const guard = serviceGuard({ service, timeoutMs, classify: meaning, policies: props.policies }, runtime);
  const fallbacks: Fallbacks<Routes> = props.fallbacks ?? {};
  const operations = Object.entries(routes).map(([name, route]) => {
    const fallback = fallbacks[name];
    return [name, createOperation({ service, name, route, fallback, destination, guard, timeoutMs }, runtime)];
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    guard[Symbol.dispose]();
    closed ??= destination.close();
    return closed;
  };
  return { ...Object.fromEntries(operations), [Symbol.asyncDispose]: close };
}

function destinationOf<T extends Routes>(props: ClientProps<T>, runtime: Runtime): Destination {
  const { service, url, discovery, balancer, destination } = props;
  if (destination !== undefined) {
    const more = Object.entries({ url, discovery, balancer }).flatMap(([name, value]) => (value ? [name] : []));
    if (more.length === 0) return destination;
    throw new Error(`client of ${service}: got a destination and ${more.join(', ')}; pass one or the other`);
  }
  if (discovery !== undefined) {
    return balancedDestination({ service, discovery, balancer: balancer ?? defaultBalancer() }, runtime);
  }
  if (balancer !== undefined) {
    throw new Error(`client of ${service}: got a balancer but no discovery to choose from; pass a discovery`);
  }
  if (url === undefined) throw new Error(`client of ${service}: got no url, discovery or destination; pass one`);
  const registered = readCloudMapUrl(url);
  if (registered === undefined) return fixedDestination({ service, baseUrl: url }, runtime);
  throw new Error(
    `client of ${service}: got ${url} but no discovery to find its instances; pass discovery: cloudMap(` +
      `{ namespace: '${registered.namespace}', service: '${registered.service}', discover }, runtime)`,
  );
}
