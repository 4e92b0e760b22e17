import type { ResourceType } from '../resource.ts';
import { clusterCapacityProviderAssociations } from './cluster-capacity-provider-associations.ts';
import { discoveryService } from './discovery-service.ts';
import { dynamoGlobalTable, dynamoTable } from './dynamo-table.ts';
import { ecsCluster } from './ecs-cluster.ts';
import { ecsService } from './ecs-service.ts';
import { httpApi } from './http-api.ts';
import { httpApiIntegration } from './http-api-integration.ts';
import { httpApiRoute } from './http-api-route.ts';
import { httpApiStage } from './http-api-stage.ts';
import { httpNamespace } from './http-namespace.ts';
import { iamManagedPolicy } from './iam-managed-policy.ts';
import { iamPolicy } from './iam-policy.ts';
import { iamRole } from './iam-role.ts';
import { iamRolePolicy } from './iam-role-policy.ts';
import { listener } from './listener.ts';
import { listenerRule } from './listener-rule.ts';
import { loadBalancer } from './load-balancer.ts';
import { logGroup } from './log-group.ts';
import { privateDnsNamespace } from './private-dns-namespace.ts';
import { scalableTarget } from './scalable-target.ts';
import { secret } from './secret.ts';
import { securityGroup } from './security-group.ts';
import { securityGroupEgress } from './security-group-egress.ts';
import { securityGroupIngress } from './security-group-ingress.ts';
import { ssmParameter } from './ssm-parameter.ts';
import { subnet } from './subnet.ts';
import { targetGroup } from './target-group.ts';
import { taskDefinition } from './task-definition.ts';
import { vpc } from './vpc.ts';
import { vpcEndpoint } from './vpc-endpoint.ts';
import { vpcLink } from './vpc-link.ts';

const types: readonly ResourceType<unknown>[] = [
  clusterCapacityProviderAssociations,
  discoveryService,
  dynamoGlobalTable,
  dynamoTable,
  ecsCluster,
  ecsService,
  httpApi,
  httpApiIntegration,
  httpApiRoute,
  httpApiStage,
  httpNamespace,
  iamManagedPolicy,
  iamPolicy,
  iamRole,
  iamRolePolicy,
  listener,
  listenerRule,
  loadBalancer,
  logGroup,
  privateDnsNamespace,
  scalableTarget,
  secret,
  securityGroup,
  securityGroupEgress,
  securityGroupIngress,
  ssmParameter,
  subnet,
  targetGroup,
  taskDefinition,
  vpc,
  vpcEndpoint,
  vpcLink,
];

/** Every resource type that is read, by its CloudFormation name. */
export const resourceTypes: ReadonlyMap<string, ResourceType<unknown>> = new Map(
  types.map((type) => [type.type, type]),
);
