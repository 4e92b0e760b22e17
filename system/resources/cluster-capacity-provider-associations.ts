import type { ResourceType } from '../resource.ts';
import { readStrategy } from './ecs-cluster.ts';

/** Which capacity a cluster offers, outside of its own resource. */
export interface ClusterCapacityProviderAssociations {
  /** Name (or ARN) of the cluster. */
  readonly cluster: string | undefined;
  readonly capacityProviders: readonly string[];
  /** Capacity providers of services that name none. */
  readonly defaultCapacityProviders: readonly string[];
}

/** `AWS::ECS::ClusterCapacityProviderAssociations` */
export const clusterCapacityProviderAssociations: ResourceType<ClusterCapacityProviderAssociations> = {
  type: 'AWS::ECS::ClusterCapacityProviderAssociations',
  identity: (place, property) => ({ ref: String(property('Cluster') ?? place.name), attributes: {} }),
  read: (take) => ({
    cluster: take.string('Cluster'),
    capacityProviders: take.strings('CapacityProviders'),
    defaultCapacityProviders: readStrategy(take.objects('DefaultCapacityProviderStrategy')),
  }),
};
