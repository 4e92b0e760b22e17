import type { EcsService } from './ecs-service.ts';
import type { Resource, SynthesizedStack } from './synthesized.ts';

/** An integration of an HTTP API with something behind its VPC link. */
export interface EdgeIntegration {
  readonly integration: Resource;
  readonly stack: SynthesizedStack;
}

/** The ways into a service, as its template has them. */
interface Ways {
  readonly LoadBalancers?: readonly { readonly TargetGroupArn?: unknown }[];
  readonly ServiceRegistries?: readonly { readonly RegistryArn?: unknown }[];
}

/** The integrations of a stack that lead into a network; a function or a public address is no service of ours. */
export function edgeIntegrationsOf(stack: SynthesizedStack): EdgeIntegration[] {
  return stack.resources
    .filter(
      ({ type, properties }) => type === 'AWS::ApiGatewayV2::Integration' && properties.ConnectionType === 'VPC_LINK',
    )
    .map((integration) => ({ integration, stack }));
}

/**
 * Whether a request through an integration may get to a service itself, not only by way of another. It may unless both
 * name a listener or Cloud Map service of the same stack, and not the same one.
 */
export function leadsTo({ integration, stack }: EdgeIntegration, { service, stack: itsStack }: EcsService): boolean {
  const { LoadBalancers: balancers = [], ServiceRegistries: registries = [] } = service.properties as Ways;
  if (balancers.length + registries.length === 0) return false;
  const listeners = listenersOf(
    itsStack,
    balancers.map(({ TargetGroupArn }) => idOf(TargetGroupArn)),
  );
  const doors = [...listeners, ...registries.map(({ RegistryArn }) => idOf(RegistryArn))];
  const target = idOf(integration.properties.IntegrationUri);
  const isHere = stack.stack === itsStack.stack && stack.resources.some(({ logicalId }) => logicalId === target);
  return !isHere || doors.length === 0 || doors.includes(target);
}

/** The listeners of a stack that forward to one of the target groups, by a rule or by default. */
function listenersOf({ resources }: SynthesizedStack, groups: readonly unknown[]): unknown[] {
  const forwards = (actions: unknown): boolean =>
    groups.some((group) => JSON.stringify(actions ?? []).includes(`{"Ref":"${group}"}`));
  return resources.flatMap(({ type, logicalId, properties }) => {
    if (type === 'AWS::ElasticLoadBalancingV2::Listener') return forwards(properties.DefaultActions) ? [logicalId] : [];
    if (type !== 'AWS::ElasticLoadBalancingV2::ListenerRule') return [];
    return forwards(properties.Actions) ? [idOf(properties.ListenerArn)] : [];
  });
}

/** Logical id of what a value of a template refers to. */
function idOf(value: unknown): unknown {
  const { Ref, 'Fn::GetAtt': attribute } = (value ?? {}) as { Ref?: unknown; 'Fn::GetAtt'?: unknown[] };
  return Ref ?? attribute?.[0];
}
