import { describe, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Edge } from '../../../lib/constructs/edge.ts';
import type { Microservice } from '../../../lib/constructs/microservice.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { synthesized } from '../../../lib/testing/synthesized.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import HELD from './logical-ids.json' with { type: 'json' };
import { ONE_OF_EACH } from './one-of-each.ts';
import { testStack } from './test-stack.ts';

/** Logical id → type. */
type Ids = Readonly<Record<string, string>>;

/** What keeps nothing, and what nobody but its own stack knows: a deployment may make it anew. All else is held. */
const FREE = [
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::EC2::FlowLog',
  'AWS::EC2::Instance',
  'AWS::EC2::LaunchTemplate',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCEndpoint',
  'AWS::ECS::TaskDefinition',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Function',
  'Custom::VpcRestrictDefaultSG',
];

const MAKE: typeof ONE_OF_EACH = {
  ...ONE_OF_EACH,
  Route: (scope, id, stage) => {
    const service = ONE_OF_EACH.Microservice!(scope, 'Orders', stage) as Microservice;
    Edge.fromContract(scope, id, { stage }).route('GET /orders/{id}', service, { public: 'a test' });
    return service;
  },
};

/** Ids of what a construct called `One` makes and must find again, in dev and prod together. */
function idsOf(name: string, newApp: () => App): Ids {
  const stages = [StageProfile.dev('dev'), StageProfile.prod('prod')];
  const resources = stages.flatMap((stage) => {
    const app = newApp();
    MAKE[name]!(testStack('Test', app), 'One', stage);
    return synthesized(app)[0]!.resources.filter(({ type }) => !FREE.includes(type));
  });
  return Object.fromEntries(resources.map(({ logicalId, type }) => [logicalId, type]));
}

/** Fails where a release would replace what users have deployed with the one before. */
function expectSameIds(found: Ids, held: Ids): void {
  const only = (ids: Ids, other: Ids) => Object.entries(ids).filter(([id, type]) => other[id] !== type);
  const gone = only(held, found).map(([id, type]) => `  gone: ${id} (${type})`);
  const added = only(found, held).map(([id, type]) => `  new:  ${id} (${type})`);
  if (gone.length + added.length === 0) return;
  const meaning = gone.length
    ? 'An id that is gone is a resource deleted from every deployed stack, its data with it, or a name that is still taken ' +
      'when its successor is made. Give the construct its old id back; if it must be, it is a major version, and the ' +
      'changelog says how to move'
    : 'Nothing deployed is touched; from the next release on these ids are held too: add them to logical-ids.json';
  throw new Error(['ids of stateful resources have changed', ...gone, ...added, meaning].join('\n'));
}

const FLAGS: [string, () => App][] = [
  ['all recommended flags', () => testApp()],
  ['no flags', () => new App({ builtinCloudFormationValidation: false })],
];

describe.each(FLAGS)('logical ids with %s', (_, newApp) => {
  it.each(Object.keys(MAKE))('of %s are those of the last release', (name) => {
    expectSameIds(idsOf(name, newApp), (HELD as Record<string, Ids>)[name] ?? {});
  });
});

describe('another logical id', () => {
  const table = (id: string): Ids => ({ [id]: 'AWS::DynamoDB::GlobalTable' });

  it('is a major version, and the failure says so', () => {
    expect(() => expectSameIds(table('OneData'), table('OneTable'))).toThrow(
      /gone: OneTable \(AWS::DynamoDB::GlobalTable\)\n {2}new: {2}OneData .*\n.*old id back; .* a major version/,
    );
  });

  it('beside those that stay is held from then on', () => {
    expect(() => expectSameIds({ ...table('One'), ...table('Two') }, table('One'))).toThrow(
      /new: {2}Two .*\n.*touched/,
    );
  });
});
