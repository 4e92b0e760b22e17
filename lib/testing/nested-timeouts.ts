import type { IConstruct } from 'constructs';
import { Environment, timeoutVariable } from '../../contract/environment.ts';
import { type EcsService, ecsServicesOf } from './ecs-service.ts';
import { expectNone } from './finding.ts';
import { type SynthesizedStack, synthesized } from './synthesized.ts';

/** A deadline somewhere on a request's way. */
interface Hop {
  readonly where: string;
  readonly name: string;
  readonly milliseconds: number;
}

/** What AWS waits where a template does not say. */
const DEFAULTS = { integrationMilliseconds: 30_000, perRequestSeconds: 15 };

/**
 * Expects that deadlines shrink inward, from HTTP API to Service Connect proxy to service to its calls: whoever waits
 * must hear from the one it waits for before it gives up itself (incident 9).
 */
export function expectNestedTimeouts(scope: IConstruct): void {
  const stacks = synthesized(scope);
  const edges = stacks.flatMap(edgeHops);
  const ways = stacks.flatMap(ecsServicesOf).map((service) => [edges, ...serviceHops(service)]);
  expectNone('each deadline to end before that of whoever waits for it', ways.flatMap(outlasting));
}

function outlasting(way: readonly (readonly Hop[])[]) {
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

function edgeHops({ resources }: SynthesizedStack): Hop[] {
  return resources
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::Integration')
    .map(({ where, properties }) => ({
      where,
      name: 'TimeoutInMillis',
      milliseconds: properties.TimeoutInMillis ?? DEFAULTS.integrationMilliseconds,
    }));
}

/** Of a service: its proxy's deadline, its own, and those of its calls. */
function serviceHops({ service, task }: EcsService): Hop[][] {
  const published: { Timeout?: { PerRequestTimeoutSeconds?: number } }[] =
    service.properties.ServiceConnectConfiguration?.Services ?? [];
  const proxy = published.map(({ Timeout }) => {
    const seconds = Timeout?.PerRequestTimeoutSeconds ?? DEFAULTS.perRequestSeconds;
    const milliseconds = seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1000;
    return { where: service.where, name: 'PerRequestTimeoutSeconds', milliseconds };
  });
  const containers: { Environment?: { Name: string; Value: string }[] }[] = task.properties.ContainerDefinitions ?? [];
  const told = containers
    .flatMap((container) => container.Environment ?? [])
    .map(({ Name, Value }) => ({ where: task.where, name: Name, milliseconds: Number(Value) }));
  const own = told.filter(({ name }) => name === Environment.requestTimeout);
  const calls = told.filter(({ name }) => name !== Environment.requestTimeout && name.endsWith(timeoutVariable('')));
  return [proxy, own, calls];
}
