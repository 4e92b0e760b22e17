import { describe, expect, it } from '@jest/globals';
import type { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { FIX_WORDS, type FixWords } from '../../../contract/fix-words.ts';
import { Binding } from '../../../lib/constructs/binding.ts';
import { Discovery } from '../../../lib/constructs/discovery.ts';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { parametersRead, someImage, testStack } from './test-stack.ts';

const stage = StageProfile.dev('dev');
const cloudMap = { discovery: Discovery.cloudMap() };

function service(stack: Stack, id: string, props: { discovery?: Discovery } = {}): Microservice {
  const platform = stack.node.tryFindChild('Platform') ?? ServicePlatform.fromContract(stack, 'Platform', { stage });
  return new Microservice(stack, id, { platform: platform as ServicePlatform, image: someImage, ...props });
}

/** Statements of the caller's role that let it find tasks. */
const permissions = (stack: Stack): object[] =>
  Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => JSON.stringify(Action).includes('servicediscovery'));

const told = (stack: Stack, url: unknown) =>
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({ Environment: Match.arrayWith([{ Name: 'STOCK_URL', Value: url }]) })],
  });

const discoverStock = {
  Effect: 'Allow',
  Action: 'servicediscovery:DiscoverInstances',
  Resource: '*',
  Condition: {
    StringEquals: { 'servicediscovery:NamespaceName': 'mosaic-dev', 'servicediscovery:ServiceName': 'stock' },
  },
};

describe('Discovery.cloudMap within a stack', () => {
  const stack = testStack();
  const stock = service(stack, 'Stock', cloudMap);
  service(stack, 'Storefront').bind(Binding.call(stock));

  it('tells the caller the name in Cloud Map, and lets it find that service alone', () => {
    told(stack, 'cloudmap://mosaic-dev/stock');
    expect(permissions(stack)).toEqual([discoverStock]);
  });

  it('publishes that name for callers of other stacks', () => {
    Template.fromStack(stack).hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/mosaic/dev/services/stock/v1/url',
      Value: 'cloudmap://mosaic-dev/stock',
    });
  });

  it('is registered by Service Connect, at the port that the rules open', () => {
    const connected = { DiscoveryName: 'stock', IngressPortOverride: 18080 };
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::Service', {
      ServiceConnectConfiguration: { Services: [Match.objectLike(connected)] },
      ServiceRegistries: Match.absent(),
    });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      FromPort: 18080,
      ToPort: 18080,
    });
  });

  it('leaves the words that grant it', () => {
    const { ways } = stock.node.metadata.find(({ type }) => type === FIX_WORDS)!.data as FixWords;
    const discovering = ways.filter(({ actions }) => actions.includes('servicediscovery:DiscoverInstances'));
    expect(discovering.map(({ words }) => words)).toEqual([
      'bind(Binding.call(stock)); in another stack, found by Microservice.fromContract with discovery: Discovery.cloudMap()',
    ]);
  });
});

describe('Discovery.cloudMap between stacks', () => {
  it('reads the name from the contract and gives the same permission', () => {
    const stack = testStack();
    const stock = Microservice.fromContract(stack, 'Stock', { stage, ...cloudMap });
    service(stack, 'Storefront').bind(Binding.call(stock));
    told(stack, { Ref: Match.stringLikeRegexp('servicesstockv1url') });
    expect(permissions(stack)).toEqual([discoverStock]);
    expect(parametersRead(stack)).toContain('/mosaic/dev/services/stock/v1/url');
  });

  function appOf(made: Discovery | undefined, found: Discovery | undefined): App {
    const app = testApp();
    service(testStack('StockStack', app), 'Stock', made && { discovery: made });
    const stack = testStack('StorefrontStack', app);
    const stock = Microservice.fromContract(stack, 'Stock', found ? { stage, discovery: found } : { stage });
    service(stack, 'Storefront').bind(Binding.call(stock));
    return app;
  }

  it('refuses a caller that thinks otherwise', () => {
    expect(() => appOf(Discovery.cloudMap(), undefined).synth()).toThrow(
      'StorefrontStack/Stock: StockStack/Stock is found by Discovery.cloudMap(), got Discovery.serviceConnect(); ' +
        'pass discovery: Discovery.cloudMap() to fromContract',
    );
    expect(() => appOf(undefined, Discovery.cloudMap()).synth()).toThrow('pass discovery: Discovery.serviceConnect()');
    expect(() => appOf(Discovery.cloudMap(), Discovery.cloudMap()).synth()).not.toThrow();
  });
});

describe('Discovery.serviceConnect', () => {
  it('is the default, and needs no permission', () => {
    const stack = testStack();
    service(stack, 'Storefront').bind(Binding.call(service(stack, 'Stock')));
    told(stack, 'http://stock');
    expect(permissions(stack)).toEqual([]);
  });
});
