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

/** What stands in for the answers of some operations, by their names. */
export type Fallbacks<T extends Routes> = { readonly [Name in keyof T]?: Fallback<Answer<T[Name]>> };

/** What a client is made of: whom it asks for what, and how it gets there. */
export interface ClientProps<T extends Routes, F extends Fallbacks<T> = object> extends Omit<CallSettings, 'url'> {
  /** Where it answers: `http://catalog`; a discovery goes before it. @default - where discovery or destination say */
  readonly url?: string;
  /** What is asked of it: only the routes, and of their answers only the properties, that the caller relies on. */
  readonly routes: T;
  /** Stand-ins; an operation that has one answers even if the call fails, and says whether it is the real thing. @default - none */
  readonly fallbacks?: F;
  /** Knows its instances, among which the client then balances. @default - somebody else balances, behind the URL */
  readonly discovery?: Discovery;
  /** Chooses among the instances of the discovery, and needs one. @default defaultBalancer() */
  readonly balancer?: Balancer;
  /** Where calls go, in place of URL, discovery and balancer, which then must not be there. @default - where those say */
  readonly destination?: Destination;
  /** Policies of your own, or their no-ops. @default - all of them, set by `calls.<service>` in the config */
  readonly policies?: Partial<CallPolicies>;
}

/** Typed calls, an operation for each route; disposing of it closes its connections. */
export type Client<T extends Routes, F extends Fallbacks<T> = object> = {
  readonly [Name in keyof T]: F extends { readonly [K in Name]: Fallback<Answer<T[Name]>, infer P> }
    ? (input: Input<T[Name]>, context: Context) => Promise<Degradable<Answer<T[Name]>, P>>
    : Operation<T[Name]>;
} & AsyncDisposable;

/**
 * Makes typed calls from routes. Each call hands on trace, correlation id and what is left of the deadline, and goes
 * through the policies of its dependency: deadline → fallback → bulkhead → breaker → retry budget → timeout per attempt.
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
    throw new Error(`client of ${service}: got a destination and ${more.join(', ')}; hand in one or the other`);
  }
  if (discovery !== undefined) {
    return balancedDestination({ service, discovery, balancer: balancer ?? defaultBalancer() }, runtime);
  }
  if (balancer !== undefined) {
    throw new Error(`client of ${service}: got a balancer and no discovery to choose from; hand in a discovery`);
  }
  if (url === undefined) throw new Error(`client of ${service}: got no url, discovery or destination; hand in one`);
  const registered = readCloudMapUrl(url);
  if (registered === undefined) return fixedDestination({ service, baseUrl: url }, runtime);
  throw new Error(
    `client of ${service}: got ${url} and no discovery to find its instances; hand in discovery: cloudMap(` +
      `{ namespace: '${registered.namespace}', service: '${registered.service}', discover }, runtime)`,
  );
}
