import type { IConstruct } from 'constructs';
import { Environment, timeoutVariable, urlVariable } from '../../contract/environment.ts';
import { containersOf, type EcsService, ecsServicesOf } from './ecs-service.ts';
import { type EdgeIntegration, edgeIntegrationsOf, leadsTo } from './edge-integration.ts';
import { expectNone, type Finding, incomparable } from './finding.ts';
import { synthesized } from './synthesized.ts';
import { alternatives, numberOf } from './template-text.ts';

/** A deadline somewhere on a request's way. */
interface Hop {
  readonly where: string;
  readonly name: string;
  /** As the template has it. */
  readonly value: unknown;
  /** Not a number where the template does not say. */
  readonly milliseconds: number;
}

/** How long AWS waits where a template does not say. */
const DEFAULTS = { integrationMilliseconds: 30_000, perRequestSeconds: 15 };

/**
 * Expects that deadlines shrink inward, from HTTP API (through its VPC link) to Service Connect proxy to service to its
 * calls: a caller must hear from its callee before it gives up itself (incident 9). A call is a pair of variables of a
 * container, such as `CATALOG_URL` and `CATALOG_TIMEOUT_MS`.
 */
export function expectNestedTimeouts(scope: IConstruct): void {
  const stacks = synthesized(scope);
  const integrations = stacks.flatMap(edgeIntegrationsOf);
  const ways = stacks.flatMap(ecsServicesOf).map((service) => {
    const edges = integrations.filter((integration) => leadsTo(integration, service)).flatMap(edgeHops);
    return [edges, ...serviceHops(service)];
  });
  expectNone(
    'each deadline to end before that of its caller',
    ways.flatMap((way) => [...unreadable(way.flat()), ...outlasting(way)]),
  );
}

function unreadable(hops: readonly Hop[]): Finding[] {
  return hops
    .filter(({ milliseconds }) => Number.isNaN(milliseconds))
    .map(({ where, name, value }) => incomparable(where, name, value));
}

function outlasting(way: readonly (readonly Hop[])[]): Finding[] {
  return way.flatMap((outer, index) =>
    outer.flatMap((waits) => {
      const inner = way.slice(index + 1).flat();
      return inner
        .filter(({ milliseconds }) => milliseconds >= waits.milliseconds)
        .map(({ where, name, milliseconds }) => ({
          where,
          got: `${name} of ${milliseconds} ms, which outlasts ${waits.name} of ${waits.where} (${waits.milliseconds} ms)`,
          mend: `let it end before ${waits.milliseconds} ms`,
        }));
    }),
  );
}

function edgeHops({ integration: { where, properties } }: EdgeIntegration): Hop[] {
  return hopsOf(where, 'TimeoutInMillis', properties.TimeoutInMillis ?? DEFAULTS.integrationMilliseconds);
}

/** The deadlines of a service's proxy, of the service itself, and of its calls. */
function serviceHops(ecsService: EcsService): Hop[][] {
  const { service, task } = ecsService;
  const published: { Timeout?: { PerRequestTimeoutSeconds?: unknown } }[] =
    service.properties.ServiceConnectConfiguration?.Services ?? [];
  const proxy = published.flatMap(({ Timeout }) => {
    const seconds = Timeout?.PerRequestTimeoutSeconds ?? DEFAULTS.perRequestSeconds;
    return hopsOf(service.where, 'PerRequestTimeoutSeconds', seconds).map((hop) => ({
      ...hop,
      milliseconds: hop.milliseconds === 0 ? Number.POSITIVE_INFINITY : hop.milliseconds * 1000,
    }));
  });
  const told = (isTold: (name: string, all: ReadonlySet<string>) => boolean): Hop[] =>
    containersOf(ecsService).flatMap(({ Environment: variables = [], Secrets: secrets = [] }) => {
      const all = new Set<string>([...variables, ...secrets].map(({ Name }) => Name));
      return (variables as { Name: string; Value: unknown }[])
        .filter(({ Name }) => isTold(Name, all))
        .flatMap(({ Name, Value }) => hopsOf(task!.where, Name, Value));
    });
  return [proxy, told((name) => name === Environment.requestTimeout), told(isCall)];
}

const TIMEOUT = timeoutVariable('');

/** Whether a variable says how long a call may take: another one says where it goes. */
const isCall = (name: string, all: ReadonlySet<string>): boolean =>
  name.endsWith(TIMEOUT) && all.has(name.slice(0, -TIMEOUT.length) + urlVariable(''));

/** A deadline for each value it may have. */
function hopsOf(where: string, name: string, value: unknown): Hop[] {
  return alternatives(value).map((one) => ({ where, name, value: one, milliseconds: numberOf(one) }));
}
