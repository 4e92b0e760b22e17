import { describe, expect, it } from '@jest/globals';
import { type App, NestedStack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import * as door from '../../../lib/constructs/index.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { synthesized } from '../../../lib/testing/synthesized.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { ONE_OF_EACH } from './one-of-each.ts';
import { testStack } from './test-stack.ts';

const dev = StageProfile.dev('dev');
const pr7 = StageProfile.dev('pr-7');

/** The constructs of which a stage, or a stage and a name, can have only one: they write its contract. */
const CONTRACTS: Readonly<Record<string, string>> = {
  Edge: '/mosaic/dev/edge/v1/url',
  Microservice: '/mosaic/dev/services/one/v1/url',
  ServicePlatform: '/mosaic/dev/platform/v1/vpc-id',
};

/** Names that are unique only within what they belong to, or that only tell things apart in lists. */
const MAY_REPEAT = ['AWS::ApiGatewayV2::Api Name', 'AWS::ApiGatewayV2::Stage StageName', 'AWS::IAM::Policy PolicyName'];

/** Physical names an app asks for, and names it exports, each as often as it is asked for. */
function names(app: App): string[] {
  return synthesized(app).flatMap(({ resources, exports }) => [
    ...exports.values(),
    ...resources.flatMap(({ type, properties }) =>
      Object.entries(properties as Record<string, unknown>)
        .map(([key, value]): [string, unknown] => [`${type} ${key}`, value])
        .filter(([key, value]) => key.endsWith('Name') && typeof value === 'string' && !MAY_REPEAT.includes(key))
        .map(([key, value]) => `${key} ${value}`),
    ),
  ]);
}

const duplicates = (all: string[]): string[] => all.filter((name, index) => all.indexOf(name) !== index);

it('every construct of the door is tried', () => {
  const isConstruct = (value: unknown) => typeof value === 'function' && value.prototype instanceof Construct;
  const constructs = Object.entries(door).filter(([, value]) => isConstruct(value));
  expect(constructs.map(([name]) => name)).toEqual(Object.keys(ONE_OF_EACH));
});

describe.each(Object.entries(ONE_OF_EACH))('two of %s', (name, make) => {
  const ofOneStage = !(name in CONTRACTS) || name === 'Microservice';

  it('stand side by side in one stack', () => {
    const app = testApp();
    const stack = testStack('Test', app);
    make(stack, 'One', dev);
    make(stack, 'Two', ofOneStage ? dev : pr7);
    expect(duplicates(names(app))).toEqual([]);
  });

  it('have one id in two scopes of a stack', () => {
    const app = testApp();
    const stack = testStack('Test', app);
    make(new Construct(stack, 'A'), 'One', dev);
    make(new Construct(stack, 'B'), 'One', pr7);
    expect(duplicates(names(app))).toEqual([]);
  });

  it('are in two stages of one account', () => {
    const app = testApp();
    for (const stage of [dev, pr7]) make(testStack(stage.name, new Stage(app, `Stage-${stage.name}`)), 'One', stage);
    expect(duplicates(names(app))).toEqual([]);
  });
});

describe.each(Object.entries(CONTRACTS))('a second %s of one stage', (name, contract) => {
  const make = ONE_OF_EACH[name]!;
  const both = (one: string, other: string) =>
    `${other}: cannot write the contract ${contract}, which ${one} writes already; give one of the two another stage or, if it is a service, another name`;

  it('is an error that names both, in one stack', () => {
    const stack = testStack();
    const [a, b] = [new Construct(stack, 'A'), new Construct(stack, 'B')];
    make(a, 'One', dev);
    expect(() => make(b, 'One', dev)).toThrow(both('Test/A/One', 'Test/B/One'));
  });

  it('is one in two stacks of an app, nested or not', () => {
    const app = testApp();
    make(testStack('First', app), 'One', dev);
    const second = testStack('Second', app);
    expect(() => make(second, 'One', dev)).toThrow(both('First/One', 'Second/One'));
    expect(() => make(new NestedStack(second, 'Inner'), 'One', dev)).toThrow(both('First/One', 'Second/Inner/One'));
  });

  it('is one in two stages of the CDK, if both are the same stage of Mosaic', () => {
    const app = testApp();
    make(testStack('Stack', new Stage(app, 'First')), 'One', dev);
    const second = testStack('Stack', new Stage(app, 'Second'));
    expect(() => make(second, 'One', dev)).toThrow(both('First/Stack/One', 'Second/Stack/One'));
    expect(() => make(testStack('Other', new Stage(app, 'Third')), 'One', pr7)).not.toThrow();
  });
});

it('names that are asked for twice would be found', () => {
  const app = testApp();
  for (const id of ['First', 'Second']) {
    const stack = testStack(id, app);
    ONE_OF_EACH.DocumentStore!(stack, 'One', dev);
    const [table] = stack.node.findAll().filter((construct) => construct.node.id === 'Resource');
    (table as unknown as { tableName: string }).tableName = 'orders';
  }
  expect(duplicates(names(app))).toEqual(['AWS::DynamoDB::GlobalTable TableName orders']);
});
