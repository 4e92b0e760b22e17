import { describe, expect, it } from '@jest/globals';
import {
  CfnResource,
  aws_ec2 as ec2,
  aws_ecs as ecs,
  Fn,
  aws_iam as iam,
  aws_logs as logs,
  NestedStack,
  type Stack,
  aws_s3 as s3,
} from 'aws-cdk-lib';
import { expectLeastPrivilege, type LeastPrivilegeOptions } from '../../../lib/testing/least-privilege.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { testStack } from '../constructs/test-stack.ts';
import { plainService } from './plain-service.ts';

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

  it.each(['secretsmanager:GetRandomPassword', 'logs:DescribeLogGroups', 'ECR:getauthorizationtoken'])(
    'accepts %s on *, in whatever case it is written',
    (action) => {
      expect(judge({ actions: [action], resources: ['*'] })).not.toThrow();
    },
  );

  it.each<[string, (stack: Stack) => ecs.ExecuteCommandLogConfiguration]>([
    ['a log group', (stack) => ({ cloudWatchLogGroup: new logs.LogGroup(stack, 'Sessions') })],
    ['a bucket', (stack) => ({ s3Bucket: new s3.Bucket(stack, 'Sessions') })],
  ])('accepts what ECS Exec needs on a cluster that logs its sessions to %s', (_, configuration) => {
    const stack = testStack();
    const cluster = new ecs.Cluster(stack, 'Logged', {
      vpc: new ec2.Vpc(stack, 'Network', { availabilityZones: ['us-east-1a'] }),
      executeCommandConfiguration: {
        logging: ecs.ExecuteCommandLogging.OVERRIDE,
        logConfiguration: configuration(stack),
      },
    });
    const quiet = { minHealthyPercent: 100, circuitBreaker: { rollback: true } };
    plainService(stack, {}, { cluster, enableExecuteCommand: true, ...quiet });
    expect(() => expectLeastPrivilege(stack)).not.toThrow();
  });

  it('finds what the CDK itself grants too broadly, which the caller may accept by name', () => {
    const stack = testStack();
    new logs.LogRetention(stack, 'Retention', { logGroupName: 'orders', retention: 7 });
    expect(() => expectLeastPrivilege(stack)).toThrow(
      'got logs:PutRetentionPolicy on *; name the resources, or accept the action in withoutResource',
    );
    const withoutResource = ['logs:PutRetentionPolicy', 'logs:DeleteRetentionPolicy'];
    expect(() => expectLeastPrivilege(stack, { withoutResource })).not.toThrow();
  });

  it('lists all that is too much, with the path of the construct', () => {
    expect(judge({ actions: ['s3:*', 'dynamodb:GetItem'], resources: ['*'] })).toThrow(
      [
        'expected policies that name what they allow',
        '  Test/Role/DefaultPolicy: got s3:*; name the actions that are used',
        '  Test/Role/DefaultPolicy: got dynamodb:GetItem on *; name the resources, or accept the action in withoutResource',
      ].join('\n'),
    );
    expect(judge({ notActions: ['iam:*'], resources: [MINE] })).toThrow('got all but iam:*; name what is allowed');
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

  it.each([
    's3:*',
    's3:**',
    's3:?*',
    '*',
    '**',
    '*:*',
    's*:Get',
    'iam:*Role*',
    'iam:Pass*',
    's3:*t',
    's3:Put*',
    's3:G*',
  ])('does not see what the action %s means', (action) => {
    const stack = testStack();
    const PolicyDocument = { Statement: { Effect: 'Allow', Action: action, Resource: MINE } };
    new CfnResource(stack, 'Alone', { type: 'AWS::IAM::RolePolicy', properties: { PolicyDocument } });
    expect(() => expectLeastPrivilege(stack)).toThrow(`got ${action}; name the actions`);
  });

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

  it.each(['s3:GetObject*', 's3:List*', 's3:Abort*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'es:ESHttp*'])(
    'accepts the action %s, which shows what it allows',
    (action) => {
      expect(judge({ actions: [action], resources: [MINE] })).not.toThrow();
    },
  );

  it.each([
    ['iam:PassRole', 'arn:aws:iam::111111111111:role/*'],
    ['secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:*:secret:*'],
    ['dynamodb:PutItem', 'arn:aws:dynamodb:us-east-1:111111111111:table/*'],
    ['dynamodb:Query', 'arn:aws:dynamodb:*:*:table/*/index/*'],
    ['dynamodb:Query', 'arn:aws:dynamodb:*:*:table/*/index/by-day'],
    ['elasticloadbalancing:AddTags', 'arn:aws:elasticloadbalancing:*:*:loadbalancer/app/*/*'],
    ['elasticloadbalancing:AddTags', 'arn:aws:elasticloadbalancing:*:*:loadbalancer/app/*'],
    ['wafv2:UpdateWebACL', 'arn:aws:wafv2:*:*:regional/webacl/*/*'],
    ['autoscaling:AttachInstances', 'arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*'],
    ['dynamodb:PutItem', 'arn:aws:dynamodb:*:*:tab*'],
    ['kms:Decrypt', 'arn:aws:kms:*:111111111111:key/*'],
    ['logs:PutLogEvents', 'arn:aws:logs:*:*:log-group:*:*'],
    ['logs:PutLogEvents', 'arn:aws:logs:*:*:log-group:/*'],
    ['s3:PutObject', 'arn:aws:s3:::*/orders'],
    ['sqs:SendMessage', 'arn:aws:sqs:*:*:*'],
    ['sqs:SendMessage', 'arn:aws:sqs:*'],
  ])('finds %s on %s, where the name is a wildcard', (action, resource) => {
    expect(judge({ actions: [action], resources: [resource] })).toThrow(`got ${action} on ${resource}; name`);
  });

  it.each([
    'arn:aws:dynamodb:*:*:table/orders-*',
    'arn:aws:dynamodb:*:*:table/orders/index/*',
    'arn:aws:iam::*:role/deploy',
    'arn:aws:iam::111111111111:role/orders/*',
    'arn:aws:autoscaling:us-east-1:111111111111:autoScalingGroup:*:autoScalingGroupName/orders',
    'arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/app/orders/*',
    'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/app/*',
    'arn:aws:wafv2:us-east-1:111111111111:regional/webacl/orders/*',
    'arn:aws:execute-api:us-east-1:111111111111:orders/*/GET/*',
    'arn:aws:sqs:us-east-1:111111111111:orders-*',
    'arn:aws:logs:*:*:log-group:/orders/*',
  ])('accepts %s, where a wildcard stands beside a name', (resource) => {
    expect(judge({ actions: ['any:DoThis'], resources: [resource] })).not.toThrow();
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
      expect(judged(policy)).toThrow(
        `Test/Role: got the policy ${name}; grant what is used, or accept it in managedPolicies`,
      );
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
