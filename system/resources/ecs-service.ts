import type { ResourceType } from '../resource.ts';
import type { ServiceTarget } from '../service.ts';
import type { Take } from '../take.ts';
import { arn, lastPart } from './arn.ts';
import { readStrategy } from './ecs-cluster.ts';
import { physicalName } from './physical-name.ts';

/** An ECS service as its own resource says it; `servicesOf` gathers it with all it names. */
export interface EcsService {
  readonly name: string | undefined;
  /** Name or ARN; undefined for the account's default cluster. */
  readonly cluster: string | undefined;
  /** ARN, or `family:revision`. */
  readonly taskDefinition: string | undefined;
  readonly desiredCount: number | undefined;
  readonly launchType: string | undefined;
  readonly capacityProviders: readonly string[];
  /** Security groups, by id. */
  readonly groups: readonly string[];
  readonly subnets: readonly string[];
  readonly targets: readonly ServiceTarget[];
  /** Cloud Map services its tasks register with. */
  readonly registries: readonly EcsServiceRegistry[];
  readonly connect: EcsServiceConnect | undefined;
  readonly healthCheckGraceSeconds: number;
  /** Why no task of it can run on the twin; empty when they can. */
  readonly cannotRun: readonly string[];
}

/** A Cloud Map service the tasks register with. */
export interface EcsServiceRegistry {
  readonly arn: string;
  /** The port they register; undefined where they register their address alone. */
  readonly port: number | undefined;
}

/** Service Connect of a service; without `services` it is a client only. */
export interface EcsServiceConnect {
  /** Name or ARN; undefined for the cluster's default. */
  readonly namespace: string | undefined;
  readonly services: readonly EcsConnectService[];
}

export interface EcsConnectService {
  /** Name of a port mapping of the task definition. */
  readonly portName: string;
  readonly discoveryName: string | undefined;
  readonly aliases: readonly { readonly host: string | undefined; readonly port: number }[];
  readonly ingressPortOverride: number | undefined;
  readonly perRequestTimeoutSeconds: number | undefined;
  readonly idleTimeoutSeconds: number | undefined;
}

/** `AWS::ECS::Service` */
export const ecsService: ResourceType<EcsService> = {
  type: 'AWS::ECS::Service',
  identity: (place, property) => {
    const name = physicalName(property('ServiceName'), place.name);
    const cluster = lastPart(physicalName(property('Cluster'), 'default'));
    const own = arn(place, 'ecs', `service/${cluster}/${name}`);
    return { ref: own, attributes: { ServiceArn: own, Name: name } };
  },
  read: (take) => {
    const launchType = take.string('LaunchType');
    const network = take.object('NetworkConfiguration')?.object('AwsvpcConfiguration');
    network?.accept('AssignPublicIp', 'nothing on the twin has a public address');
    acceptDeployment(take);
    return {
      name: take.string('ServiceName'),
      cluster: take.string('Cluster'),
      taskDefinition: take.string('TaskDefinition'),
      desiredCount: take.number('DesiredCount'),
      launchType,
      capacityProviders: readStrategy(take.objects('CapacityProviderStrategy')),
      groups: network?.strings('SecurityGroups') ?? [],
      subnets: network?.strings('Subnets') ?? [],
      targets: take.objects('LoadBalancers').map(readTarget),
      registries: take.objects('ServiceRegistries').flatMap(readRegistry),
      connect: readConnect(take.object('ServiceConnectConfiguration')),
      healthCheckGraceSeconds: take.number('HealthCheckGracePeriodSeconds') ?? 0,
      cannotRun: refusals(take, launchType),
    };
  },
};

const ONCE = 'the twin starts the tasks of the template; it does not roll from one revision to the next';

const acceptDeployment = (take: Take): void => {
  for (const property of ['DeploymentConfiguration', 'AvailabilityZoneRebalancing', 'ForceNewDeployment'])
    take.accept(property, ONCE);
  take.accept('EnableExecuteCommand', 'ECS Exec is not rehearsed; mosaic run starts a task of the service');
  take.accept('EnableECSManagedTags', 'tags name and bill, they move nothing');
  take.accept('PropagateTags', 'tags name and bill, they move nothing');
  take.accept('PlatformVersion', 'this machine is the platform');
  take.accept('PlacementStrategies', 'all tasks run on this machine');
  take.accept('PlacementConstraints', 'all tasks run on this machine');
};

const refusals = (take: Take, launchType: string | undefined): readonly string[] => {
  const why: string[] = [];
  const refuse = (property: string, reason: string): void => {
    take.refuse(property, reason);
    why.push(`${property}: ${reason}`);
  };
  if (launchType === 'EC2' || launchType === 'EXTERNAL')
    refuse('LaunchType', `the twin runs Fargate tasks, not ${launchType}; use FARGATE`);
  if (take.string('SchedulingStrategy') === 'DAEMON')
    refuse('SchedulingStrategy', 'a daemon runs once per instance and the twin has none; use REPLICA');
  if (take.peek('VolumeConfigurations') !== undefined)
    refuse('VolumeConfigurations', 'the twin has no EBS volumes; use a task volume for scratch space');
  if ((take.peek('DeploymentController') as { Type?: unknown } | undefined)?.Type === 'EXTERNAL')
    refuse('DeploymentController', 'tasks of an external controller are started by calls the twin does not know');
  else take.accept('DeploymentController', ONCE);
  return why;
};

const readTarget = (take: Take): EcsService['targets'][number] => {
  take.refuse('LoadBalancerName', 'classic balancers are not rehearsed; use a target group');
  take.accept('ContainerName', 'the port says which container');
  take.accept('AdvancedConfiguration', 'the twin does not shift traffic between revisions');
  return {
    targetGroup: take.string('TargetGroupArn') ?? '',
    port: take.number('ContainerPort') ?? 0,
  };
};

const readRegistry = (take: Take): readonly EcsServiceRegistry[] => {
  take.accept('ContainerName', 'the port says which container');
  const port = take.number('ContainerPort') ?? take.number('Port');
  const arn = take.string('RegistryArn');
  return arn === undefined ? [] : [{ arn, port }];
};

const readConnect = (take: Take | undefined): EcsServiceConnect | undefined => {
  if (take?.boolean('Enabled') !== true) return undefined;
  take.accept('LogConfiguration', 'the proxy of the twin reports through mosaic status and denials');
  take.accept('AccessLogConfiguration', 'the proxy of the twin reports through mosaic status and denials');
  return { namespace: take.string('Namespace'), services: take.objects('Services').map(readConnectService) };
};

const readConnectService = (take: Take): EcsConnectService => {
  const timeout = take.object('Timeout');
  take.refuse('Tls', 'the twin speaks plain HTTP between services');
  return {
    portName: take.string('PortName') ?? '',
    discoveryName: take.string('DiscoveryName'),
    aliases: take.objects('ClientAliases').map((alias) => {
      alias.refuse('TestTrafficRules', 'the twin does not shift traffic between revisions');
      return { host: alias.string('DnsName'), port: alias.number('Port') ?? 0 };
    }),
    ingressPortOverride: take.number('IngressPortOverride'),
    perRequestTimeoutSeconds: timeout?.number('PerRequestTimeoutSeconds'),
    idleTimeoutSeconds: timeout?.number('IdleTimeoutSeconds'),
  };
};
