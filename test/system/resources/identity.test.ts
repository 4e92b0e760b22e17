import { describe, expect, it } from '@jest/globals';
import { placeOf } from '../../../assembly/physical-id.ts';
import type { ResourceType } from '../../../system/resource.ts';
import { resourceTypes } from '../../../system/resources/list.ts';
import { placeholder } from '../../../system/resources/placeholder.ts';
import { readOne } from './read-one.ts';

const identity = (type: string, properties: Record<string, unknown> = {}) => {
  const { ref, attributes } = readOne(resourceTypes.get(type) as ResourceType<unknown>, properties);
  return { ref, ...attributes };
};
const regional = (rest: string) => new RegExp(`^arn:aws:${rest.replace(/:/, ':eu-west-1:123456789012:')}$`);

describe('what Ref and Fn::GetAtt give', () => {
  it.each<[type: string, properties: Record<string, unknown>, expected: Record<string, RegExp>]>([
    ['AWS::EC2::VPC', {}, { ref: /^vpc-[0-9a-f]{17}$/, DefaultSecurityGroup: /^sg-/ }],
    ['AWS::EC2::Subnet', { AvailabilityZone: 'eu-west-1b' }, { ref: /^subnet-/, AvailabilityZone: /^eu-west-1b$/ }],
    ['AWS::EC2::SecurityGroup', { VpcId: 'vpc-1' }, { ref: /^sg-/, GroupId: /^sg-/, VpcId: /^vpc-1$/ }],
    ['AWS::EC2::VPCEndpoint', {}, { ref: /^vpce-/ }],
    ['AWS::ECS::Cluster', { ClusterName: 'shop' }, { ref: /^shop$/, Arn: regional('ecs:cluster/shop') }],
    [
      'AWS::ECS::Service',
      { ServiceName: 'web', Cluster: 'arn:aws:ecs:eu-west-1:1:cluster/shop' },
      { ref: regional('ecs:service/shop/web'), Name: /^web$/ },
    ],
    ['AWS::ECS::TaskDefinition', { Family: 'web' }, { ref: regional('ecs:task-definition/web:1') }],
    [
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      { Scheme: 'internal', Name: 'alb' },
      {
        ref: regional('elasticloadbalancing:loadbalancer/app/alb/[0-9a-f]{16}'),
        LoadBalancerFullName: /^app\/alb\/[0-9a-f]{16}$/,
        DNSName: /^internal-alb-\d+\.eu-west-1\.elb\.amazonaws\.com$/,
      },
    ],
    [
      'AWS::ElasticLoadBalancingV2::Listener',
      { LoadBalancerArn: 'arn:x:loadbalancer/app/alb/1' },
      { ref: /^arn:x:listener\/app\/alb\/1\/[0-9a-f]{16}$/ },
    ],
    [
      'AWS::ElasticLoadBalancingV2::ListenerRule',
      { ListenerArn: 'arn:x:listener/app/alb/1/2' },
      { ref: /^arn:x:listener-rule\/app\/alb\/1\/2\/[0-9a-f]{16}$/ },
    ],
    [
      'AWS::ElasticLoadBalancingV2::TargetGroup',
      { Name: 'web' },
      {
        ref: regional('elasticloadbalancing:targetgroup/web/[0-9a-f]{16}'),
        TargetGroupFullName: /^targetgroup\/web\//,
      },
    ],
    [
      'AWS::ApiGatewayV2::Api',
      {},
      { ref: /^[0-9a-f]{10}$/, ApiEndpoint: /^https:\/\/[0-9a-f]{10}\.execute-api\.eu-west-1\.amazonaws\.com$/ },
    ],
    ['AWS::ApiGatewayV2::Stage', { StageName: '$default' }, { ref: /^\$default$/ }],
    [
      'AWS::IAM::Role',
      { RoleName: 'web', Path: '/app/' },
      { ref: /^web$/, Arn: /^arn:aws:iam::123456789012:role\/app\/web$/ },
    ],
    ['AWS::IAM::ManagedPolicy', {}, { ref: /^arn:aws:iam::123456789012:policy\/App-It$/ }],
    [
      'AWS::ServiceDiscovery::HttpNamespace',
      {},
      { ref: /^ns-/, Arn: regional('servicediscovery:namespace/ns-[0-9a-f]+') },
    ],
    [
      'AWS::ServiceDiscovery::Service',
      { Name: 'web' },
      { ref: /^srv-/, Name: /^web$/, Arn: regional('servicediscovery:service/srv-[0-9a-f]+') },
    ],
    ['AWS::SSM::Parameter', { Name: '/a', Value: 'b' }, { ref: /^\/a$/, Value: /^b$/ }],
    ['AWS::DynamoDB::Table', {}, { ref: /^App-It$/, Arn: regional('dynamodb:table/App-It') }],
    [
      'AWS::DynamoDB::GlobalTable',
      { TableName: 'P' },
      { ref: /^P$/, StreamArn: regional('dynamodb:table/P/stream/.+') },
    ],
    ['AWS::Logs::LogGroup', {}, { ref: /^App-It$/, Arn: /^arn:aws:logs:eu-west-1:123456789012:log-group:App-It:\*$/ }],
    [
      'AWS::SecretsManager::Secret',
      { Name: 'db' },
      { ref: /^arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-[0-9a-f]{6}$/ },
    ],
  ])('has the shape AWS gives a %s', (type, properties, expected) => {
    expect(identity(type, properties)).toMatchObject(
      Object.fromEntries(Object.entries(expected).map(([name, shape]) => [name, expect.stringMatching(shape)])),
    );
  });

  it('keeps names made up for balancers and target groups within their 32 characters', () => {
    const place = placeOf({ name: 'a-stack-with-quite-a-long-name', account: '1', region: 'r' }, 'AndALogicalId');
    for (const type of ['LoadBalancer', 'TargetGroup']) {
      const { attributes } = resourceTypes
        .get(`AWS::ElasticLoadBalancingV2::${type}`)!
        .identity(place, () => undefined);
      expect(attributes[`${type}Name`]!.length).toBeLessThanOrEqual(32);
    }
  });

  it.each<[type: string, attribute: string, expected: RegExp]>([
    ['AWS::SQS::Queue', 'QueueUrl', /^https:\/\/sqs\.eu-west-1\.amazonaws\.com\/123456789012\/App-It$/],
    ['AWS::SNS::Topic', 'TopicName', /^App-It$/],
    ['AWS::S3::Bucket', 'Arn', /^arn:aws:s3:::app-it$/],
    ['AWS::Lambda::Function', 'Arn', /^arn:aws:lambda:eu-west-1:123456789012:function:App-It$/],
    ['AWS::EC2::RouteTable', 'RouteTableId', /^rtb-/],
    ['AWS::Cognito::UserPool', 'UserPoolArn', /^arn:aws:cognito:eu-west-1:123456789012:userpool\/App-It$/],
    ['Custom::Thing', 'Colour', /^App-It\.Colour$/],
  ])('has the shape AWS gives a %s, whether it is read or only referred to', (type, attribute, expected) => {
    const place = placeOf({ name: 'App', account: '123456789012', region: 'eu-west-1' }, 'It');
    const nothing = () => undefined;
    const { attributes } = resourceTypes.get(type)?.identity(place, nothing) ?? placeholder(place, type, nothing);
    expect(attributes[attribute]).toMatch(expected);
  });
});
