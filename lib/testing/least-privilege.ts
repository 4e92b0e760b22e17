import type { IConstruct } from 'constructs';
import { expectNone, type Finding } from './finding.ts';
import { type Resource, synthesized } from './synthesized.ts';
import { alternatives, textOf } from './template-text.ts';
import { isAnyResource, isWideAction } from './wildcard.ts';
import { WITHOUT_RESOURCE } from './without-resource.ts';

/** Options of {@link expectLeastPrivilege}. */
export interface LeastPrivilegeOptions {
  /**
   * Further actions that may have any resource: they support no other, or a construct that is not yours grants them.
   * @default - none
   */
  readonly withoutResource?: readonly string[];
  /** Further AWS managed policies that may be attached, by name. @default - those that the CDK itself attaches */
  readonly managedPolicies?: readonly string[];
}

/** AWS managed policies that the CDK itself attaches around services; what others grant is unknown here. */
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
 * Expects that no policy of a role, user or group allows more than what it names (incident 8: a permission is named
 * where it is needed, not granted to be safe). An action may end in `*` after two words (`s3:GetObject*`), or after
 * `Get`, `List`, `Describe` or `Abort`. A resource may have wildcards beside a name (`table/orders-*`) but not in its
 * place (`table/*`), except for the few actions that support no name; conditions are not looked at. Of AWS managed
 * policies, only those may be attached that the CDK attaches itself.
 */
export function expectLeastPrivilege(scope: IConstruct, options: LeastPrivilegeOptions = {}): void {
  const resources = synthesized(scope).flatMap((stack) => stack.resources);
  // IAM ignores the case of an action.
  const actions = new Set([...WITHOUT_RESOURCE, ...(options.withoutResource ?? [])].map((name) => name.toLowerCase()));
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
      : [{ where, got: `the policy ${name}`, mend: 'grant what is used, or accept it in managedPolicies' }];
  });
}

function broadStatements({ where, type, properties }: Resource, allowed: ReadonlySet<string>): Finding[] {
  const statements = STATEMENTS[type]?.(properties) ?? [];
  return statements.flatMap((statement) => {
    if (statement.Effect === 'Deny') return [];
    const excepted = alternatives([statement.NotAction, statement.NotResource]).map(textOf);
    if (excepted.length > 0) {
      return [{ where, got: `all but ${excepted.join(', ')}`, mend: 'name what is allowed' }];
    }
    const actions = alternatives(statement.Action).map(textOf);
    const wide = actions.filter(isWideAction);
    const named = actions.filter((action) => !allowed.has(action.toLowerCase()) && !wide.includes(action));
    const any = alternatives(statement.Resource).map(textOf).find(isAnyResource);
    return [
      ...wide.map((action) => ({ where, got: action, mend: 'name the actions that are used' })),
      ...(any === undefined ? [] : named).map((action) => ({
        where,
        got: `${action} on ${any}`,
        mend: 'name the resources, or accept the action in withoutResource',
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
