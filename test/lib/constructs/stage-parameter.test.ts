import { describe, expect, it } from '@jest/globals';
import { CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { Edge } from '../../../lib/constructs/edge.ts';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageParameter } from '../../../lib/constructs/stage-parameter.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { parametersRead, someImage, testStack } from './test-stack.ts';

const use = (stack: Stack, value: unknown) =>
  new CfnResource(stack, 'User', { type: 'Some::User::Type', properties: { value } });

describe('StageParameter', () => {
  it('is declared where its value is used, and nowhere else', () => {
    const stack = testStack();
    use(stack, StageParameter.read(stack, '/a/used'));
    StageParameter.read(stack, '/a/unused');
    StageParameter.readList(stack, '/a/unused-list', 2);
    expect(parametersRead(stack)).toEqual(['/a/used']);
  });

  it('is declared once however often it is read', () => {
    const stack = testStack();
    use(stack, [StageParameter.read(stack, '/a/one'), StageParameter.read(new Construct(stack, 'Inner'), '/a/one')]);
    expect(parametersRead(stack)).toEqual(['/a/one']);
  });

  it('reads a list item by item', () => {
    const stack = testStack();
    use(stack, StageParameter.readList(stack, '/a/list', 2)[1]);
    Template.fromStack(stack).hasResourceProperties('Some::User::Type', {
      value: { 'Fn::Select': [1, { 'Fn::Split': [',', { Ref: Match.stringLikeRegexp('alist') }] }] },
    });
  });

  it('names both writers of one name', () => {
    const app = testApp();
    const [one, two] = [testStack('One', app), testStack('Two', app)];
    StageParameter.write(one, '/a/name', '1');
    expect(() => StageParameter.write(two, '/a/name', '2')).toThrow(
      'Two: cannot write the contract /a/name, which One writes already; give one of the two another stage or, if it is a service, another name',
    );
  });

  it('lets the same name be written in two regions, and in two apps', () => {
    const app = testApp();
    StageParameter.write(testStack('One', app), '/a/name', '1');
    StageParameter.write(testStack('Other'), '/a/name', '1');
    const far = new Stack(app, 'Far', { env: { account: '111111111111', region: 'eu-west-1' } });
    expect(() => StageParameter.write(far, '/a/name', '1')).not.toThrow();
  });
});

describe('a contract', () => {
  const stage = StageProfile.dev('dev');

  function written() {
    const app = testApp();
    const stack = testStack('Test', app);
    const platform = new ServicePlatform(stack, 'Platform', { stage });
    new Edge(stack, 'Edge', { platform });
    new Microservice(stack, 'Orders', { platform, image: someImage });
    return { app, stack };
  }
  const read = (at: Stack) => {
    ServicePlatform.fromContract(at, 'PlatformFound', { stage });
    Edge.fromContract(at, 'EdgeFound', { stage });
    Microservice.fromContract(at, 'OrdersFound', { stage, name: 'orders' });
  };

  it.each(['Platform', 'Edge', 'Orders'])('is not read in the stack that writes it: %s', (id) => {
    const { app, stack } = written();
    read(stack);
    expect(() => app.synth()).toThrow(
      `Test/${id}Found: a contract is read before the stack that reads it makes anything, got Test/${id}, ` +
        `which writes it in that stack; use Test/${id} itself`,
    );
  });

  it('is not read in the stack around the one that writes it', () => {
    const app = testApp();
    const stack = testStack('Test', app);
    new ServicePlatform(new NestedStack(stack, 'Ground'), 'Platform', { stage });
    ServicePlatform.fromContract(stack, 'Found', { stage });
    expect(() => app.synth()).toThrow('Test/Found: a contract is read before the stack that reads it makes anything');
  });

  it('is read in another stack, and in a nested one, which may come after what writes it', () => {
    const { app, stack } = written();
    read(testStack('Other', app));
    read(new NestedStack(stack, 'Nested'));
    expect(() => app.synth()).not.toThrow();
  });

  it('is written before a nested stack of the same deployment reads it, whichever is made first', () => {
    const stack = testStack();
    const nested = new NestedStack(stack, 'Nested');
    const { vpc } = ServicePlatform.fromContract(nested, 'Found', { stage });
    use(nested, vpc.vpcId);
    new ServicePlatform(stack, 'Platform', { stage });
    const template = Template.fromStack(stack);
    const parameters = Object.keys(template.findResources('AWS::SSM::Parameter'));
    expect(parameters).not.toEqual([]);
    template.hasResource('AWS::CloudFormation::Stack', { DependsOn: parameters.toSorted() });
  });
});
