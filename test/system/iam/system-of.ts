import { FIX_WORDS, type FixWords } from '../../../contract/fix-words.ts';
import type { Resource, ResourceType } from '../../../system/resource.ts';
import { type DynamoTable, dynamoTable } from '../../../system/resources/dynamo-table.ts';
import { type IamPolicy, iamPolicy } from '../../../system/resources/iam-policy.ts';
import { type IamRole, iamRole } from '../../../system/resources/iam-role.ts';
import { type EcsTaskDefinition, taskDefinition } from '../../../system/resources/task-definition.ts';
import type { System } from '../../../system/system.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** ARN in the account and region of these tests. */
export const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** A resource of the stack `Shop`, as a template's reader would give it. */
export const resource = <T>(
  type: ResourceType<T>,
  path: string,
  identity: { ref: string; Arn?: string },
  data: T,
): Resource<T> => {
  const logicalId = path
    .replace(/^Shop/, '')
    .replaceAll('/', '')
    .replace(/Resource$/, '');
  const { ref, ...attributes } = identity;
  return {
    id: `Shop/${logicalId}`,
    stack: 'Shop',
    logicalId,
    type: type.type,
    path,
    ref,
    attributes,
    dependsOn: [],
    data,
  };
};

/** A system of just these resources. */
export const systemOf = (
  resources: readonly Resource<never>[] | readonly Resource<unknown>[],
  words: Record<string, FixWords> = {},
): System => {
  const of = <T>(type: ResourceType<T>) =>
    (resources as Resource<unknown>[]).filter((each) => each.type === type.type) as Resource<T>[];
  return {
    account: ACCOUNT,
    region: REGION,
    stacks: [{ name: 'Shop', path: 'Shop', after: [] }],
    of,
    find: (type, value) =>
      of(type).find((each) => each.ref === value || Object.values(each.attributes).includes(value)),
    metadata: (path, type) => {
      for (let at = path; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
        if (type === FIX_WORDS && words[at]) return words[at];
      }
      return undefined;
    },
    images: [],
    givenParameters: {},
    honesty: [],
  };
};

export const table = (name: string, more: Partial<DynamoTable> = {}): Resource<DynamoTable> =>
  resource(
    dynamoTable,
    `Shop/${name}/Resource`,
    { ref: name, Arn: arn('dynamodb', `table/${name}`) },
    {
      key: [{ attribute: 'pk', kind: 'HASH' }],
      attributes: [{ name: 'pk', type: 'S' }],
      globalIndexes: [],
      localIndexes: [],
      timeToLive: undefined,
      stream: undefined,
      ...more,
    },
  );

export const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

export const role = (name: string, more: Partial<IamRole> = {}): Resource<IamRole> =>
  resource(
    iamRole,
    `Shop/${name}/Resource`,
    { ref: name, Arn: roleArn(name) },
    {
      trust: {
        Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs-tasks.amazonaws.com' } },
      },
      policies: [],
      managedPolicies: [],
      permissionsBoundary: undefined,
      ...more,
    },
  );

/** The default policy the CDK attaches to a role; one statement for each pair of actions and resources. */
export const grants = (
  roleName: string,
  ...statements: readonly (readonly [actions: string[], resources: string[]])[]
): Resource<IamPolicy> =>
  resource(
    iamPolicy,
    `Shop/${roleName}/DefaultPolicy/Resource`,
    { ref: `${roleName}Policy` },
    {
      document: {
        Version: '2012-10-17',
        Statement: statements.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
      },
      roles: [roleName],
    },
  );

export const definition = (
  name: string,
  roles: { taskRole?: string; executionRole?: string },
): Resource<EcsTaskDefinition> =>
  resource(
    taskDefinition,
    `Shop/${name}/TaskDefinition/Resource`,
    { ref: arn('ecs', `task-definition/${name}:1`) },
    {
      cpu: 256,
      memoryMiB: 512,
      taskRole: roles.taskRole && roleArn(roles.taskRole),
      executionRole: roles.executionRole && roleArn(roles.executionRole),
      containers: [],
      cannotRun: [],
    },
  );
