import { describe, expect, it } from '@jest/globals';
import { evaluate, type Policies } from '../../../system/iam/evaluate.ts';
import type { Policy, Statement } from '../../../system/iam/policy.ts';
import { requestContext } from '../../../system/iam/request-context.ts';

const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders';
const ROLE = 'arn:aws:iam::111122223333:role/Orders';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/Orders/task';

const policy = (...statements: Statement[]): Policy => ({
  name: 'P',
  document: { Version: '2012-10-17', Statement: statements },
});
const allow = (more: Partial<Statement> = {}): Statement => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const deny = (more: Partial<Statement> = {}): Statement => ({ ...allow(more), Effect: 'Deny' });

const variable = (name: string): string => `$\{${name}}`;

function verdict(
  policies: Partial<Policies> | Statement[],
  request: { action?: string; resource?: string; context?: object } = {},
) {
  return evaluate(
    { identity: [], ...(Array.isArray(policies) ? { identity: [policy(...policies)] } : policies) },
    {
      action: request.action ?? 'dynamodb:GetItem',
      resource: request.resource ?? TABLE,
      context: requestContext((request.context ?? {}) as Record<string, string | string[]>),
      principal: { account: '111122223333', arn: SESSION, roleArn: ROLE },
    },
  ).verdict;
}

describe('the policy evaluator', () => {
  it('allows what a statement allows and nothing else', () => {
    const read = [allow({ Action: ['dynamodb:GetItem', 'dynamodb:Batch*'], Resource: [TABLE, `${TABLE}/index/*`] })];
    expect(verdict(read)).toBe('allow');
    expect(verdict(read, { action: 'DynamoDB:batchgetitem' })).toBe('allow');
    expect(verdict(read, { resource: `${TABLE}/index/by-day` })).toBe('allow');
    expect(verdict(read, { action: 'dynamodb:PutItem' })).toBe('implicit deny');
    expect(verdict(read, { resource: `${TABLE}2` })).toBe('implicit deny');
    expect(verdict([{ Effect: 'Allow', Resource: '*' }])).toBe('implicit deny');
  });

  it('lets an explicit deny win, wherever it stands', () => {
    expect(verdict([deny({ Action: 'dynamodb:GetItem' }), allow()])).toBe('explicit deny');
    expect(verdict([allow(), deny({ Action: 'dynamodb:GetItem' })])).toBe('explicit deny');
    expect(verdict([allow(), deny({ Action: 'dynamodb:PutItem' })])).toBe('allow');
    expect(verdict({ identity: [policy(allow())], resource: policy(deny({ Principal: '*' })) })).toBe('explicit deny');
    expect(verdict({ identity: [policy(allow())], boundary: policy(allow(), deny()) })).toBe('explicit deny');
  });

  it('turns NotAction and NotResource round', () => {
    expect(verdict([{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }])).toBe('allow');
    expect(verdict([{ Effect: 'Allow', NotAction: 'dynamodb:*', Resource: '*' }])).toBe('implicit deny');
    expect(verdict([{ Effect: 'Allow', Action: '*', NotResource: `${TABLE}*` }])).toBe('implicit deny');
    expect(verdict([{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::*' }])).toBe('allow');
  });

  it('compares an ARN segment by segment', () => {
    const on = (Resource: string, resource = TABLE) => verdict([allow({ Resource })], { resource });
    expect(on('arn:aws:dynamodb:*:*:table/*')).toBe('allow');
    expect(on('arn:aws:dynamodb:*:table/*')).toBe('implicit deny');
    expect(on('arn:aws:dynamodb:eu-west-?:111122223333:table/Order?')).toBe('allow');
    expect(on('arn:*:table/Orders', 'arn:aws:dynamodb:x:y:table/Orders')).toBe('implicit deny');
    expect(on('arn:aws:logs:*:*:log-group:/a:*', 'arn:aws:logs:r:1:log-group:/a:log-stream:b')).toBe('allow');
    expect(on('*', '*')).toBe('allow');
    expect(on(TABLE, '*')).toBe('implicit deny');
  });

  it('replaces variables by their literal values, and matches nothing where one is missing', () => {
    const own = [allow({ Resource: `arn:aws:s3:::homes/${variable('aws:PrincipalTag/team')}/*` })];
    const resource = 'arn:aws:s3:::homes/red/a';
    expect(verdict(own, { resource, context: { 'aws:PrincipalTag/team': 'red' } })).toBe('allow');
    expect(verdict(own, { resource, context: { 'aws:PrincipalTag/team': '*' } })).toBe('implicit deny');
    expect(verdict(own, { resource })).toBe('implicit deny');
    const fallback = [
      allow({ Resource: `arn:aws:s3:::homes/${variable("aws:PrincipalTag/team, 'red'")}/${variable('*')}` }),
    ];
    expect(verdict(fallback, { resource: 'arn:aws:s3:::homes/red/*' })).toBe('allow');
    expect(verdict(fallback, { resource })).toBe('implicit deny');
  });

  it('needs the boundary as well, which grants nothing by itself', () => {
    const boundary = policy(allow({ Action: 'dynamodb:Get*' }));
    expect(verdict({ identity: [policy(allow())], boundary })).toBe('allow');
    expect(verdict({ identity: [policy(allow())], boundary }, { action: 'dynamodb:PutItem' })).toBe('implicit deny');
    expect(verdict({ boundary })).toBe('implicit deny');
  });

  it("takes a resource's own policy into account", () => {
    const by = (Principal: Statement['Principal'], boundary?: Policy) =>
      verdict({ resource: policy(allow({ Principal: Principal! })), boundary });
    expect(by('*')).toBe('allow');
    expect(by({ AWS: ROLE })).toBe('allow');
    expect(by({ AWS: SESSION })).toBe('allow');
    expect(by({ AWS: `${ROLE}2` })).toBe('implicit deny');
    expect(by({ Service: 'events.amazonaws.com' })).toBe('implicit deny');
    // The account's root only hands the decision to the account's own policies.
    expect(by({ AWS: 'arn:aws:iam::111122223333:root' })).toBe('implicit deny');
    expect(
      verdict({ resource: policy(deny({ Principal: { AWS: '111122223333' } })), identity: [policy(allow())] }),
    ).toBe('explicit deny');
    expect(by({ AWS: ROLE }, policy(allow({ Action: 's3:*' })))).toBe('implicit deny');
    expect(by({ AWS: SESSION }, policy(allow({ Action: 's3:*' })))).toBe('allow');
  });
});

describe('conditions', () => {
  const holds = (operator: string, wanted: string | string[], got: string | string[] | undefined): boolean =>
    verdict([allow({ Condition: { [operator]: { 'test:Key': wanted } } })], {
      context: got === undefined ? {} : { 'TEST:key': got },
    }) === 'allow';

  it.each<[string, string | string[], string | string[] | undefined, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', ['b', 'a'], 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a', undefined, false],
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringEqualsIfExists', 'a', 'b', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringNotEquals', 'a', undefined, true],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringLike', 'team-*', 'team-red', true],
    ['StringLike', 'team-?', 'team-red', false],
    ['StringNotLike', 'team-*', 'team-red', false],
    ['NumericEquals', '5', '5.0', true],
    ['NumericEquals', '5', '', false],
    ['NumericLessThan', '5', '4', true],
    ['NumericLessThan', '5', '5', false],
    ['NumericLessThanEquals', '5', '5', true],
    ['NumericGreaterThan', '5', '6', true],
    ['NumericGreaterThanEquals', '5', '4', false],
    ['NumericNotEquals', '5', '5', false],
    ['DateGreaterThan', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', true],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', false],
    ['DateEquals', '1767225600', '2026-01-01T00:00:00Z', true],
    ['Bool', 'true', 'true', true],
    ['Bool', 'false', 'true', false],
    ['Bool', 'true', undefined, false],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
    ['IpAddress', '10.0.0.0/16', '10.0.9.9', true],
    ['IpAddress', '10.0.0.0/16', '10.1.0.1', false],
    ['IpAddress', '2001:db8::/32', '2001:db8::1', true],
    ['IpAddress', '10.0.0.1', '::1', false],
    ['NotIpAddress', '10.0.0.0/16', '10.1.0.1', true],
    ['ArnLike', 'arn:aws:s3:::a*', 'arn:aws:s3:::abc', true],
    ['ArnEquals', 'arn:aws:s3:*:b', 'arn:aws:s3:::b', false],
    ['ArnNotLike', 'arn:aws:s3:::a*', 'arn:aws:s3:::abc', false],
    ['Null', 'true', undefined, true],
    ['Null', 'true', 'x', false],
    ['Null', 'false', 'x', true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', ['a'], undefined, true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c'], false],
    ['ForAnyValue:StringEquals', ['a'], undefined, false],
    ['ForAnyValue:StringNotEquals', ['a'], undefined, false],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
  ])('%s %j against %j is %p', (operator, wanted, got, expected) => {
    expect(holds(operator, wanted, got)).toBe(expected);
  });

  it('must all hold', () => {
    const both = allow({ Condition: { StringEquals: { a: '1', b: '2' }, Bool: { c: 'true' } } });
    expect(verdict([both], { context: { a: '1', b: '2', c: 'true' } })).toBe('allow');
    expect(verdict([both], { context: { a: '1', b: '2', c: 'false' } })).toBe('implicit deny');
    expect(verdict([both], { context: { a: '1', b: '3', c: 'true' } })).toBe('implicit deny');
  });

  it('refuse an operator IAM does not know', () => {
    expect(() => holds('StringMatches', 'a', 'a')).toThrow('IAM knows no condition operator StringMatches');
  });
});
