import { describe, expect, it } from '@jest/globals';
import type { FixWords } from '../../../contract/fix-words.ts';
import { type Access, authorize } from '../../../system/iam/authorize.ts';
import { requestContext } from '../../../system/iam/request-context.ts';
import { iamManagedPolicy } from '../../../system/resources/iam-managed-policy.ts';
import { iamRolePolicy } from '../../../system/resources/iam-role-policy.ts';
import { logGroup } from '../../../system/resources/log-group.ts';
import type { System } from '../../../system/system.ts';
import { ACCOUNT, arn, definition, grants, resource, role, roleArn, systemOf, table } from './system-of.ts';

const PRODUCTS = arn('dynamodb', 'table/Products');
const get = { action: 'dynamodb:GetItem', resource: PRODUCTS };

const ask = (system: System, access: Partial<Access> = {}) =>
  authorize(system, { roleArn: roleArn('WebRole'), callerPath: 'Shop/Web/Service', ...get, ...access });

const web = [
  role('WebRole'),
  definition('Web', { taskRole: 'WebRole', executionRole: 'WebExecution' }),
  table('Products'),
];
const document = (Action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});

describe('authorize', () => {
  it('allows what a statement of the role allows, and names the statement', () => {
    const granted = systemOf([...web, grants('WebRole', [['sqs:*'], ['*']], [['dynamodb:GetItem'], [PRODUCTS]])]);
    expect(ask(granted)).toEqual({ verdict: 'allow', by: 'statement 2 of Shop/WebRole/DefaultPolicy' });
  });

  it('denies what no statement allows, and says which role, what it lacks and how AWS would say it', () => {
    expect(ask(systemOf([...web, grants('OtherRole', [['dynamodb:*'], ['*']])]))).toEqual({
      verdict: 'deny',
      why: 'no statement of WebRole allows it',
      missing: `dynamodb:GetItem on ${PRODUCTS}`,
      fix: 'on Shop/Web: products.grantReadData(service.taskDefinition.taskRole) where products is Shop/Products',
      because: 'because no identity-based policy allows the dynamodb:GetItem action',
    });
  });

  it.each([
    ['inline in the role', [role('WebRole', { policies: [{ name: 'Read', document: document('dynamodb:Get*') }] })]],
    [
      'a managed policy the role names',
      [
        role('WebRole', { managedPolicies: ['arn:aws:iam::1:policy/Own'] }),
        resource(
          iamManagedPolicy,
          'Shop/Own',
          { ref: 'arn:aws:iam::1:policy/Own' },
          { document: document('dynamodb:*'), roles: [] },
        ),
      ],
    ],
    [
      'a managed policy that names the role',
      [
        role('WebRole'),
        resource(
          iamManagedPolicy,
          'Shop/Own',
          { ref: 'arn' },
          { document: document('dynamodb:*'), roles: ['WebRole'] },
        ),
      ],
    ],
    [
      'a policy resource of the one role',
      [
        role('WebRole'),
        resource(iamRolePolicy, 'Shop/Own', { ref: 'x' }, { document: document('dynamodb:*'), role: 'WebRole' }),
      ],
    ],
    [
      "one of AWS's own",
      [role('WebRole', { managedPolicies: ['arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess'] })],
    ],
  ])('finds a policy wherever it is attached: %s', (_, resources) => {
    expect(ask(systemOf(resources)).verdict).toBe('allow');
    expect(ask(systemOf(resources), { action: 'sqs:SendMessage', resource: '*' }).verdict).toBe('deny');
  });

  it('says that a managed policy nobody knows grants nothing', () => {
    const unknown = 'arn:aws:iam::aws:policy/AmazonBraketFullAccess';
    expect(ask(systemOf([role('WebRole', { managedPolicies: [unknown] })]))).toMatchObject({
      why: `no statement of WebRole allows it (what is in ${unknown} is not known here and grants nothing)`,
    });
  });

  it('judges an imported role by the policies attached to it, and says when there are none', () => {
    expect(ask(systemOf([grants('WebRole', [['dynamodb:GetItem'], [PRODUCTS]])])).verdict).toBe('allow');
    expect(ask(systemOf([]))).toMatchObject({
      why: 'no statement of WebRole allows it: no template has this role or a policy for it',
    });
  });

  it('names the statement that denies, and what to do about it', () => {
    const forbidding = {
      Statement: [
        { Sid: 'NoReads', Effect: 'Deny', Action: 'dynamodb:Get*', Resource: '*' },
        { Effect: 'Allow', Action: '*', Resource: '*' },
      ],
    };
    expect(ask(systemOf([role('WebRole', { policies: [{ name: 'P', document: forbidding }] })]))).toMatchObject({
      why: 'statement NoReads of P of Shop/WebRole denies it',
      fix: 'remove or narrow statement NoReads of P of Shop/WebRole, which denies it',
      because: 'with an explicit deny in an identity-based policy',
    });
  });

  it('shows the condition that keeps a statement from allowing', () => {
    const conditional = {
      Statement: {
        Sid: 'Own',
        Effect: 'Allow',
        Action: 'dynamodb:*',
        Resource: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'true' } },
      },
    };
    const system = systemOf([role('WebRole', { policies: [{ name: 'P', document: conditional }] })]);
    expect(ask(system, { context: requestContext({ 'aws:SecureTransport': 'true' }) }).verdict).toBe('allow');
    expect(ask(system)).toMatchObject({
      why: 'statement Own of P of Shop/WebRole allows it only if {"Bool":{"aws:SecureTransport":"true"}}',
    });
  });

  it('keeps a role within its permissions boundary', () => {
    const boundary = 'arn:aws:iam::1:policy/Boundary';
    const bounded = (Action: string) => [
      role('WebRole', { permissionsBoundary: boundary, policies: [{ name: 'P', document: document('dynamodb:*') }] }),
      resource(iamManagedPolicy, 'Shop/Boundary', { ref: boundary }, { document: document(Action), roles: [] }),
    ];
    expect(ask(systemOf(bounded('dynamodb:GetItem'))).verdict).toBe('allow');
    expect(ask(systemOf(bounded('sqs:*')))).toMatchObject({
      why: 'the permissions boundary Shop/Boundary does not allow it',
      fix: `allow dynamodb:GetItem on ${PRODUCTS} in the permissions boundary Shop/Boundary as well`,
    });
  });

  it("lets a resource's own policy allow", () => {
    const policy = {
      Statement: {
        Effect: 'Allow',
        Action: 'dynamodb:GetItem',
        Resource: PRODUCTS,
        Principal: { AWS: roleArn('WebRole') },
      },
    };
    const resourcePolicy = { name: 'Shop/Products', document: policy as never };
    const principal = { account: ACCOUNT, arn: 'arn:aws:sts::x', roleArn: roleArn('WebRole') };
    expect(ask(systemOf(web), { resourcePolicy, principal }).verdict).toBe('allow');
    expect(ask(systemOf(web), { resourcePolicy, principal: { ...principal, roleArn: roleArn('Other') } }).verdict).toBe(
      'deny',
    );
  });
});

describe('the words of a fix', () => {
  const products: FixWords = {
    subject: 'products',
    ways: [
      { actions: ['dynamodb:GetItem', 'dynamodb:Query'], network: false, words: 'bind(Binding.read(products))' },
      { actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], network: false, words: 'bind(Binding.readWrite(products))' },
    ],
  };
  const spoken = systemOf(web, { 'Shop/Products': products, 'Shop/Web': { subject: 'web', ways: [] } });
  const fix = (system: System, access: Partial<Access>) => (ask(system, access) as { fix: string }).fix;

  it("are those of the resource's construct, said on the caller's, the narrowest way that does", () => {
    expect(fix(spoken, {})).toBe('on Shop/Web: bind(Binding.read(products))');
    expect(fix(spoken, { action: 'dynamodb:PutItem' })).toBe('on Shop/Web: bind(Binding.readWrite(products))');
    expect(fix(spoken, { resource: `${PRODUCTS}/index/by-day` })).toBe('on Shop/Web: bind(Binding.read(products))');
  });

  it("are a grant of the CDK where the construct has no way, or for ECS's own role", () => {
    expect(fix(spoken, { action: 'dynamodb:DeleteItem' })).toBe(
      'on Shop/Web: products.grantWriteData(service.taskDefinition.taskRole) where products is Shop/Products',
    );
    const group = resource(logGroup, 'Shop/Web/LogGroup/Resource', { ref: '/web' }, { name: undefined });
    const stream = arn('logs', 'log-group:/web:log-stream:a');
    expect(
      fix(systemOf([...web, group]), {
        roleArn: roleArn('WebExecution'),
        action: 'logs:CreateLogStream',
        resource: stream,
      }),
    ).toBe(
      'on Shop/Web: logGroup.grantWrite(service.taskDefinition.obtainExecutionRole()) where logGroup is Shop/Web/LogGroup',
    );
  });

  it('are a policy statement where nothing better is known', () => {
    expect(fix(spoken, { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:eu-west-1:1:q' })).toBe(
      "on Shop/Web: taskDefinition.addToTaskRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:eu-west-1:1:q'] }))",
    );
    expect(
      fix(spoken, { roleArn: roleArn('WebExecution'), action: 'ecr:GetAuthorizationToken', resource: '*' }),
    ).toContain('taskDefinition.addToExecutionRolePolicy(');
  });
});
