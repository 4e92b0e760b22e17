import { addressInside } from './address-inside.ts';
import { balancerParts } from './balancer-parts.ts';
import type { Honesty } from './honesty.ts';
import { launchOrder } from './launch-order.ts';
import type { Resource } from './resource.ts';
import { lastPart } from './resources/arn.ts';
import { clusterCapacityProviderAssociations } from './resources/cluster-capacity-provider-associations.ts';
import { discoveryService } from './resources/discovery-service.ts';
import { ecsCluster } from './resources/ecs-cluster.ts';
import { type EcsService, ecsService } from './resources/ecs-service.ts';
import { loadBalancer } from './resources/load-balancer.ts';
import { privateDnsNamespace } from './resources/private-dns-namespace.ts';
import { scalableTarget } from './resources/scalable-target.ts';
import { subnet } from './resources/subnet.ts';
import { type EcsTaskDefinition, taskDefinition } from './resources/task-definition.ts';
import type { Container, Service, TaskDefinition } from './service.ts';
import { connectOf } from './service-connect.ts';
import { serviceNames } from './service-name.ts';
import type { System } from './system.ts';
import { SystemError } from './system-error.ts';

/**
 * The services of a system that can run, each gathered from all resources that describe it. Where the system
 * has services and none can run, an error says why.
 */
export const servicesOf = (system: System): readonly Service[] => {
  const { services } = gatherServices(system);
  const refused = refusedServices(system.honesty);
  if (services.length > 0 || refused.length === 0) return services;
  throw new SystemError(`none of the services can run: ${refused.map(({ id, why }) => `${id}: ${why}`).join('; ')}`);
};

/** The services that templates ask for and that cannot run, each with its reason. */
export const refusedServices = (honesty: readonly Honesty[]): readonly Honesty[] =>
  honesty.filter((one) => isRefused(one, ecsService.type));

const isRefused = ({ type, property, verdict }: Honesty, wanted: string): boolean =>
  type === wanted && property === '*' && verdict === 'refused';

/** The services that can run, and why the others are left out. */
export const gatherServices = (system: System): { services: readonly Service[]; honesty: readonly Honesty[] } => {
  const honesty: Honesty[] = [];
  const runnable = system.of(ecsService).flatMap((service) => {
    const definition = findDefinition(system, service.data.taskDefinition);
    const why = reasons(system, service, definition);
    if (why.length === 0 && definition) return [{ service, definition }];
    const { id, type } = service;
    honesty.push({ id, type, property: '*', verdict: 'refused', why: `no task of it runs: ${why.join('; ')}` });
    return [];
  });
  const resources = runnable.map(({ service }) => service);
  const groups = system.of(loadBalancer).flatMap((balancer) => balancerParts(system, balancer).targetGroups);
  const balanced = new Set(groups.map(({ ref }) => ref));
  for (const { id, type, data } of resources)
    for (const [index, { targetGroup }] of data.targets.entries())
      if (!balanced.has(targetGroup))
        honesty.push({ id, type, property: `LoadBalancers.${index}`, verdict: 'refused', why: UNBALANCED });
  const names = serviceNames(system, resources);
  const after = launchOrder(system, resources);
  const services = runnable.map(({ service, definition }, index): Service => {
    const { data } = service;
    return {
      id: service.id,
      stack: service.stack,
      name: names.get(service.id)!,
      path: service.path,
      arn: service.ref,
      cluster: data.cluster ?? 'default',
      desired: desiredOf(system, service),
      definition: definitionOf(system, definition),
      groups: data.groups,
      vpcAddress: addressInside(system.find(subnet, data.subnets[0] ?? '')?.data.cidr, index),
      targets: data.targets.filter(({ targetGroup }) => balanced.has(targetGroup)),
      connect: connectOf(system, data, definition.data),
      dnsNames: dnsNamesOf(system, data),
      after: after.get(service.id) ?? [],
      healthCheckGraceSeconds: data.healthCheckGraceSeconds,
    };
  });
  return { services, honesty };
};

const UNBALANCED =
  'no balancer of the twin leads to its target group, which is refused or not in this assembly; its tasks run without one';

const findDefinition = (system: System, name: string | undefined): Resource<EcsTaskDefinition> | undefined =>
  name === undefined ? undefined : system.find(taskDefinition, name);

const reasons = (
  system: System,
  { stack, data }: Resource<EcsService>,
  definition: Resource<EcsTaskDefinition> | undefined,
): readonly string[] => {
  if (!definition) {
    const unread = system.honesty.filter(
      (one) => isRefused(one, taskDefinition.type) && one.id.startsWith(`${stack}/`),
    );
    const why = unread.map((one) => `${one.id}: ${one.why}`);
    return [`its task definition ${data.taskDefinition ?? '(none)'} is not among those that can be read`, ...why];
  }
  const providers = capacityProviders(system, data);
  const onInstances = providers.filter((provider) => !provider.startsWith('FARGATE'));
  return [
    ...data.cannotRun,
    ...definition.data.cannotRun.map((why) => `${definition.id} ${why}`),
    ...(onInstances.length > 0 ? [`the twin runs Fargate tasks, not ${onInstances.join(', ')}; use FARGATE`] : []),
  ];
};

/** The service's own, else its cluster's default; empty where the launch type decides. */
const capacityProviders = (system: System, data: EcsService): readonly string[] => {
  if (data.capacityProviders.length > 0 || data.launchType !== undefined) return data.capacityProviders;
  const cluster = lastPart(data.cluster ?? 'default');
  const own = system.find(ecsCluster, cluster)?.data.defaultCapacityProviders ?? [];
  const associated = system
    .of(clusterCapacityProviderAssociations)
    .filter((association) => lastPart(association.data.cluster ?? '') === cluster)
    .flatMap((association) => association.data.defaultCapacityProviders);
  return [...own, ...associated];
};

const desiredOf = (system: System, service: Resource<EcsService>): number => {
  if (service.data.desiredCount !== undefined) return service.data.desiredCount;
  const resource = service.ref.slice(service.ref.indexOf(':service/') + 1);
  const target = system.of(scalableTarget).find((one) => one.data.resource === resource);
  return Math.max(1, target?.data.minCapacity ?? 1);
};

const definitionOf = (system: System, { id, path, ref, data }: Resource<EcsTaskDefinition>): TaskDefinition => {
  const { cannotRun, containers, ...rest } = data;
  return {
    id,
    path,
    revision: lastPart(ref),
    ...rest,
    containers: containers.map((container): Container => ({ ...container, asset: assetOf(system, container.image) })),
  };
};

/** Which asset of the assembly an image address means: registry aside, `repository:tag`. */
const assetOf = (system: System, image: string): Container['asset'] => {
  const name = image.slice(image.indexOf('/') + 1);
  return system.images.find(({ repository, tag }) => `${repository}:${tag}` === name);
};

const dnsNamesOf = (system: System, data: EcsService): readonly string[] =>
  data.registries.flatMap(({ arn }) => {
    const registry = system.find(discoveryService, arn)?.data;
    const namespace = registry?.namespace && system.find(privateDnsNamespace, registry.namespace)?.data.name;
    return registry?.name && namespace && registry.hasAddresses ? `${registry.name}.${namespace}` : [];
  });
