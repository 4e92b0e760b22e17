import type { IConstruct } from 'constructs';
import { expectNone, type Finding } from './finding.ts';
import { type Resource, synthesized } from './synthesized.ts';

/** What {@link expectLeastPrivilege} may be told. */
export interface LeastPrivilegeOptions {
  /** Further actions that may have the resource `*`, since they know none. @default - none */
  readonly withoutResource?: readonly string[];
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

/** Policies of AWS's that give away a whole service, or all of them. */
const BROAD_POLICY = /policy\/(AdministratorAccess|PowerUserAccess|\w+FullAccess)"/;

/** Statements of an identity's policy, wherever the type of its resource has them. */
const STATEMENTS: Readonly<Record<string, (properties: Resource['properties']) => Statement[]>> = {
  'AWS::IAM::Policy': statementsOf,
  'AWS::IAM::ManagedPolicy': statementsOf,
  'AWS::IAM::Role': inlineStatementsOf,
  'AWS::IAM::User': inlineStatementsOf,
  'AWS::IAM::Group': inlineStatementsOf,
};

interface Statement {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
}

/**
 * Expects that no policy of a role, user or group allows all actions of a service, or an action on `*`, but for the few
 * that know no resource (incident 8: a permission is named where it is needed, not given to be safe).
 */
export function expectLeastPrivilege(scope: IConstruct, options: LeastPrivilegeOptions = {}): void {
  const resources = synthesized(scope).flatMap((stack) => stack.resources);
  const allowed = new Set([...WITHOUT_RESOURCE, ...(options.withoutResource ?? [])]);
  expectNone(
    'policies that name what they allow',
    resources.flatMap((resource) => [...broadPolicies(resource), ...broadStatements(resource, allowed)]),
  );
}

function broadPolicies({ where, type, properties }: Resource): Finding[] {
  if (!(type in STATEMENTS)) return [];
  const policies: unknown[] = properties.ManagedPolicyArns ?? [];
  return policies.flatMap((policy) => {
    const [, name] = BROAD_POLICY.exec(JSON.stringify(policy)) ?? [];
    return name ? [{ where, got: `the policy ${name}`, mend: 'grant what is used' }] : [];
  });
}

function broadStatements({ where, type, properties }: Resource, allowed: ReadonlySet<string>): Finding[] {
  const statements = STATEMENTS[type]?.(properties) ?? [];
  return statements.flatMap((statement) => {
    if (statement.Effect === 'Deny') return [];
    if (statement.NotAction || statement.NotResource) {
      return [{ where, got: 'all but what it names', mend: 'name what is allowed' }];
    }
    const actions = [statement.Action ?? []].flat();
    const whole = actions.filter((action) => action === '*' || action.endsWith(':*'));
    const anywhere = [statement.Resource].flat().includes('*')
      ? actions.filter((action) => !allowed.has(action) && !whole.includes(action))
      : [];
    return [
      ...whole.map((action) => ({ where, got: action, mend: 'name the actions that are used' })),
      ...anywhere.map((action) => ({ where, got: `${action} on *`, mend: 'name the resources' })),
    ];
  });
}

function statementsOf({ PolicyDocument }: Resource['properties']): Statement[] {
  return [PolicyDocument?.Statement ?? []].flat();
}

function inlineStatementsOf({ Policies = [] }: Resource['properties']): Statement[] {
  return Policies.flatMap(statementsOf);
}
