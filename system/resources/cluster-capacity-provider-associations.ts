import type { ResourceType } from '../resource.ts';
import { OFFERED, readStrategy } from './ecs-cluster.ts';

/** Which capacity a cluster offers, outside of its own resource. */
export interface ClusterCapacityProviderAssociations {
  /** Name (or ARN) of the cluster. */
  readonly cluster: string | undefined;
  /** Capacity providers of services that name none. */
  readonly defaultCapacityProviders: readonly string[];
}

/** `AWS::ECS::ClusterCapacityProviderAssociations` */
export const clusterCapacityProviderAssociations: ResourceType<ClusterCapacityProviderAssociations> = {
  type: 'AWS::ECS::ClusterCapacityProviderAssociations',
  identity: (place, property) => ({ ref: String(property('Cluster') ?? place.name), attributes: {} }),
  read: (take) => {
    take.accept('CapacityProviders', OFFERED);
    return {
      cluster: take.string('Cluster'),
      defaultCapacityProviders: readStrategy(take.objects('DefaultCapacityProviderStrategy')),
    };
  },
};
