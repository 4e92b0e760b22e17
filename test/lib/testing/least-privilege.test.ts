import { describe, expect, it } from '@jest/globals';
import { CfnResource, Fn, aws_iam as iam, NestedStack, type Stack } from 'aws-cdk-lib';
import { expectLeastPrivilege, type LeastPrivilegeOptions } from '../../../lib/testing/least-privilege.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { testStack } from '../constructs/test-stack.ts';

const MINE = 'arn:aws:s3:::mine/*';

function judge(statement: iam.PolicyStatementProps, options?: LeastPrivilegeOptions) {
  const stack = testStack();
  roleOf(stack).addToPolicy(new iam.PolicyStatement(statement));
  return () => expectLeastPrivilege(stack, options);
}

const roleOf = (stack: Stack, props: Partial<iam.RoleProps> = {}): iam.Role =>
  new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'), ...props });

describe('expectLeastPrivilege', () => {
  it('accepts what names its actions and resources, and denials of everything', () => {
    expect(judge({ actions: ['s3:GetObject*'], resources: [MINE] })).not.toThrow();
    expect(judge({ actions: ['s3:*'], resources: ['*'], effect: iam.Effect.DENY })).not.toThrow();
  });

  it('accepts on * the few actions that know no resource, and those the caller knows of', () => {
    expect(judge({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] })).not.toThrow();
    const describeRegions = { actions: ['ec2:DescribeRegions'], resources: ['*'] };
    expect(judge(describeRegions)).toThrow('got ec2:DescribeRegions on *');
    expect(judge(describeRegions, { withoutResource: ['ec2:DescribeRegions'] })).not.toThrow();
  });

  it('lists all that is too much, with the path of the construct', () => {
    expect(judge({ actions: ['s3:*', 'dynamodb:GetItem'], resources: ['*'] })).toThrow(
      [
        'expected policies that name what they allow',
        '  Test/Role/DefaultPolicy: got s3:*; name the actions that are used',
        '  Test/Role/DefaultPolicy: got dynamodb:GetItem on *; name the resources',
      ].join('\n'),
    );
    expect(judge({ notActions: ['iam:*'], resources: [MINE] })).toThrow('got all but what it names');
    expect(judge({ actions: ['*'], resources: [MINE] })).toThrow('got *; name the actions');
  });

  it('finds policies that AWS made too broad, and what a role says of itself', () => {
    const managed = testStack();
    roleOf(managed, { managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonS3FullAccess')] });
    expect(() => expectLeastPrivilege(managed)).toThrow('Test/Role: got the policy AmazonS3FullAccess');
    const inline = testStack();
    const document = new iam.PolicyDocument({
      statements: [new iam.PolicyStatement({ actions: ['*'], resources: ['*'] })],
    });
    roleOf(inline, { inlinePolicies: { all: document } });
    expect(() => expectLeastPrivilege(inline)).toThrow('Test/Role: got *');
  });

  it.each(['s3:*', 's3:**', 's3:?*', '*', '**', '*:*', 's*:Get'])(
    'takes the action %s for a whole service',
    (action) => {
      const stack = testStack();
      const PolicyDocument = { Statement: { Effect: 'Allow', Action: action, Resource: MINE } };
      new CfnResource(stack, 'Alone', { type: 'AWS::IAM::RolePolicy', properties: { PolicyDocument } });
      expect(() => expectLeastPrivilege(stack)).toThrow(`got ${action}; name the actions`);
    },
  );

  it.each([
    ['*', '*'],
    ['**', '**'],
    ['arn:aws:s3:::*', 'arn:aws:s3:::*'],
    ['arn:aws:s3:::*/*', 'arn:aws:s3:::*/*'],
    ['arn:*', 'arn:*'],
    [Fn.sub('*'), '*'],
    [Fn.sub(`\${all}`, { all: '*' }), '*'],
    [Fn.sub(`arn:\${AWS::Partition}:s3:::*`), `arn:\${…}:s3:::*`],
    [Fn.conditionIf('Big', '*', MINE).toString(), '*'],
  ])('takes %j for any resource', (resource, shown) => {
    expect(judge({ actions: ['s3:GetObject'], resources: [resource] })).toThrow(`got s3:GetObject on ${shown}; name`);
  });

  it('takes for named what begins with a name, or is known at deployment only', () => {
    const known = [MINE, 'arn:aws:logs:eu-west-1:111122223333:log-group:mine:*', Fn.join('', [Fn.ref('Group'), ':*'])];
    expect(judge({ actions: ['logs:PutLogEvents'], resources: known })).not.toThrow();
  });

  it.each(['RolePolicy', 'UserPolicy', 'GroupPolicy'])('reads an %s of its own', (type) => {
    const stack = testStack();
    const PolicyDocument = { Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } };
    new CfnResource(stack, 'Alone', { type: `AWS::IAM::${type}`, properties: { PolicyDocument } });
    expect(() => expectLeastPrivilege(stack)).toThrow('Test/Alone: got s3:GetObject on *');
  });

  it.each(['AmazonDynamoDBFullAccess_v2', 'ReadOnlyAccess', 'service-role/AmazonElasticMapReduceRole'])(
    'accepts of the policies of AWS those that the CDK attaches and those it is told of: not %s',
    (policy) => {
      const name = policy.split('/').at(-1)!;
      const judged = (attached: string, options?: LeastPrivilegeOptions) => {
        const stack = testStack();
        roleOf(stack, { managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName(attached)] });
        return () => expectLeastPrivilege(stack, options);
      };
      expect(judged(policy)).toThrow(`Test/Role: got the policy ${name}; grant what is used`);
      expect(judged(policy, { managedPolicies: [name] })).not.toThrow();
      expect(judged('service-role/AmazonECSTaskExecutionRolePolicy')).not.toThrow();
    },
  );

  it('looks into nested stacks, and refuses to judge nothing', () => {
    const stack = testStack();
    roleOf(new NestedStack(stack, 'Inner')).addToPolicy(
      new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }),
    );
    expect(() => expectLeastPrivilege(stack)).toThrow('Test/Inner/Role/DefaultPolicy: got s3:GetObject on *');
    expect(() => expectLeastPrivilege(testApp())).toThrow('the app: got no stack; make its stacks first');
  });
});
