import type { ResourceType } from '../resource.ts';
import type { Take } from '../take.ts';
import { arn } from './arn.ts';
import { physicalName } from './physical-name.ts';

/** A cluster services run in. */
export interface EcsCluster {
  /** Namespace (name or ARN) of Service Connect for services that name none. */
  readonly defaultNamespace: string | undefined;
  /** Capacity providers of services that name none. */
  readonly defaultCapacityProviders: readonly string[];
}

/** `AWS::ECS::Cluster` */
export const ecsCluster: ResourceType<EcsCluster> = {
  type: 'AWS::ECS::Cluster',
  identity: (place, property) => {
    const name = physicalName(property('ClusterName'), place.name);
    return { ref: name, attributes: { Arn: arn(place, 'ecs', `cluster/${name}`) } };
  },
  read: (take) => {
    take.string('ClusterName');
    take.accept('ClusterSettings', 'the twin has no Container Insights');
    take.accept('CapacityProviders', OFFERED);
    take.accept('Configuration', 'ECS Exec and managed storage are not rehearsed');
    return {
      defaultNamespace: take.object('ServiceConnectDefaults')?.string('Namespace'),
      defaultCapacityProviders: readStrategy(take.objects('DefaultCapacityProviderStrategy')),
    };
  },
};

/** Why the capacity a cluster offers decides nothing. */
export const OFFERED = 'what runs a service is said by its own strategy, launch type or the default one';

/** Names in a capacity-provider strategy; on one machine its weights decide nothing. */
export const readStrategy = (items: readonly Take[]): readonly string[] =>
  items.flatMap((item) => {
    item.accept('Weight', 'all tasks run on this machine');
    item.accept('Base', 'all tasks run on this machine');
    return item.string('CapacityProvider') ?? [];
  });
