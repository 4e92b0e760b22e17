import type { IConstruct } from 'constructs';
import { expectNone, type Finding } from './finding.ts';
import { type Resource, synthesized } from './synthesized.ts';
import { alternatives, textOf } from './template-text.ts';

/** What {@link expectLeastPrivilege} may be told. */
export interface LeastPrivilegeOptions {
  /** Further actions that may have the resource `*`, since they know none. @default - none */
  readonly withoutResource?: readonly string[];
  /** Further policies of AWS's that may be attached, by name. @default - those that the CDK itself attaches */
  readonly managedPolicies?: readonly string[];
}

/** The actions services need that know no resource: IAM has no other word for theirs than `*`. */
const WITHOUT_RESOURCE = [
  'cloudwatch:PutMetricData',
  'ec2:DescribeNetworkInterfaces',
  'ecr:GetAuthorizationToken',
  'servicediscovery:DiscoverInstances',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

/** Policies of AWS's that the CDK attaches to what it makes around services; of any other nobody here knows what it gives. */
const ATTACHED_BY_CDK = [
  'AWSAppSyncPushToCloudWatchLogs',
  'AWSBackupServiceRolePolicyForBackup',
  'AWSBackupServiceRolePolicyForRestores',
  'AWSBatchServiceRole',
  'AWSCodeDeployRole',
  'AWSCodeDeployRoleForECS',
  'AWSCodeDeployRoleForLambdaLimited',
  'AWSConfigRulesExecutionRole',
  'AWSLambdaBasicExecutionRole',
  'AWSLambdaMSKExecutionRole',
  'AWSLambdaVPCAccessExecutionRole',
  'AmazonAPIGatewayPushToCloudWatchLogs',
  'AmazonEC2ContainerServiceforEC2Role',
  'AmazonECSInfrastructureRolePolicyForLoadBalancers',
  'AmazonECSInfrastructureRolePolicyForManagedInstances',
  'AmazonECSInfrastructureRolePolicyForVolumes',
  'AmazonECSTaskExecutionRolePolicy',
  'AmazonRDSDirectoryServiceAccess',
  'AmazonRDSEnhancedMonitoringRole',
  'AmazonSSMManagedInstanceCore',
  'CloudWatchLambdaInsightsExecutionRolePolicy',
];

const AWS_POLICY = /:iam::aws:policy\/(?:.*\/)?([^/]+)$/;

/** An action that is every one of its service, or of all. */
const WHOLE_SERVICE = /^(?:[*?]+|[^:]*[*?][^:]*:.*|[^:]*:[*?]+)$/;

/** A resource that is any of its service, or of all. */
const ANY_RESOURCE = /^(?:[*?]+|arn:(?:[^:]*:){0,4}[*?:/]+)$/;

/** Statements of an identity's policy, wherever the type of its resource has them. */
const STATEMENTS: Readonly<Record<string, (properties: Resource['properties']) => Statement[]>> = {
  'AWS::IAM::Policy': statementsOf,
  'AWS::IAM::RolePolicy': statementsOf,
  'AWS::IAM::UserPolicy': statementsOf,
  'AWS::IAM::GroupPolicy': statementsOf,
  'AWS::IAM::ManagedPolicy': statementsOf,
  'AWS::IAM::Role': inlineStatementsOf,
  'AWS::IAM::User': inlineStatementsOf,
  'AWS::IAM::Group': inlineStatementsOf,
};

interface Statement {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
}

/**
 * Expects that no policy of a role, user or group allows all actions of a service, or an action on any resource, but for
 * the few that know none; and that of AWS's own policies only those are attached that the CDK attaches itself
 * (incident 8: a permission is named where it is needed, not given to be safe).
 */
export function expectLeastPrivilege(scope: IConstruct, options: LeastPrivilegeOptions = {}): void {
  const resources = synthesized(scope).flatMap((stack) => stack.resources);
  const actions = new Set([...WITHOUT_RESOURCE, ...(options.withoutResource ?? [])]);
  const policies = new Set([...ATTACHED_BY_CDK, ...(options.managedPolicies ?? [])]);
  expectNone(
    'policies that name what they allow',
    resources.flatMap((resource) => [...broadPolicies(resource, policies), ...broadStatements(resource, actions)]),
  );
}

function broadPolicies({ where, type, properties }: Resource, allowed: ReadonlySet<string>): Finding[] {
  if (!(type in STATEMENTS)) return [];
  return alternatives(properties.ManagedPolicyArns).flatMap((policy) => {
    const [, name] = AWS_POLICY.exec(textOf(policy)) ?? [];
    return name === undefined || allowed.has(name)
      ? []
      : [{ where, got: `the policy ${name}`, mend: 'grant what is used' }];
  });
}

function broadStatements({ where, type, properties }: Resource, allowed: ReadonlySet<string>): Finding[] {
  const statements = STATEMENTS[type]?.(properties) ?? [];
  return statements.flatMap((statement) => {
    if (statement.Effect === 'Deny') return [];
    if (statement.NotAction || statement.NotResource) {
      return [{ where, got: 'all but what it names', mend: 'name what is allowed' }];
    }
    const actions = alternatives(statement.Action).map(textOf);
    const whole = actions.filter((action) => WHOLE_SERVICE.test(action));
    const named = actions.filter((action) => !allowed.has(action) && !whole.includes(action));
    const any = alternatives(statement.Resource)
      .map(textOf)
      .find((resource) => ANY_RESOURCE.test(resource));
    return [
      ...whole.map((action) => ({ where, got: action, mend: 'name the actions that are used' })),
      ...(any === undefined ? [] : named).map((action) => ({
        where,
        got: `${action} on ${any}`,
        mend: 'name the resources',
      })),
    ];
  });
}

function statementsOf({ PolicyDocument }: Resource['properties']): Statement[] {
  return alternatives(PolicyDocument?.Statement) as Statement[];
}

function inlineStatementsOf({ Policies }: Resource['properties']): Statement[] {
  return (alternatives(Policies) as Resource['properties'][]).flatMap(statementsOf);
}
