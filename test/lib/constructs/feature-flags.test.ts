import { describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Binding } from '../../../lib/constructs/binding.ts';
import { DocumentStore } from '../../../lib/constructs/document-store.ts';
import { Edge } from '../../../lib/constructs/edge.ts';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { expectLeastPrivilege } from '../../../lib/testing/least-privilege.ts';
import { expectNestedTimeouts } from '../../../lib/testing/nested-timeouts.ts';
import { expectStandsAlone } from '../../../lib/testing/stands-alone.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { expectTimeToStart } from '../../../lib/testing/time-to-start.ts';
import { plainService } from '../testing/plain-service.ts';
import { someImage, testStack } from './test-stack.ts';

const FLAGS: [string, () => App][] = [
  ['all recommended flags', () => testApp()],
  ['no flags', () => new App({ builtinCloudFormationValidation: false })],
];

/** One of each construct with what it can be asked for, each in a stack of its own. */
function wholeStage(app: App, stage: StageProfile): App {
  new ServicePlatform(testStack('Platform', app), 'Platform', { stage });
  const edgeStack = testStack('Edge', app);
  new Edge(edgeStack, 'Edge', { platform: ServicePlatform.fromContract(edgeStack, 'Platform', { stage }) });

  const stack = testStack('Orders', app);
  const platform = ServicePlatform.fromContract(stack, 'Platform', { stage });
  const orders = new Microservice(stack, 'Orders', { platform, image: someImage, exec: true });
  const data = new DocumentStore(stack, 'Data', { stage, partitionKey: 'id' });
  orders.bind(Binding.call(Microservice.fromContract(stack, 'Catalog', { stage })), Binding.readWrite(data));
  Edge.fromContract(stack, 'Edge', { stage }).route('GET /orders', orders, { public: 'a test' });
  return app;
}

describe.each(FLAGS)('the constructs with %s', (_, newApp) => {
  it.each([StageProfile.dev('dev'), StageProfile.prod('prod')])('keep their promises in $profile', (stage) => {
    const app = wholeStage(newApp(), stage);
    expectLeastPrivilege(app);
    expectNestedTimeouts(app);
    expectStandsAlone(app);
    expectTimeToStart(app);
    for (const stack of app.node.children.filter((child) => child instanceof Stack)) {
      Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
    }
  });
});

it('a plain service whose tasks one may enter could write to every log of the account, where there are no flags', () => {
  const judged = (app: App) => {
    const stack = testStack('Plain', app);
    plainService(stack, {}, { enableExecuteCommand: true, minHealthyPercent: 100, circuitBreaker: { rollback: true } });
    return () => expectLeastPrivilege(stack);
  };
  const [withAll, without] = FLAGS.map(([, newApp]) => judged(newApp()));
  expect(withAll).not.toThrow();
  expect(without).toThrow('got logs:PutLogEvents on *');
});
