import { Template } from 'aws-cdk-lib/assertions';
import { Microservice } from 'mosaic-cdk';
import { snapshotOf, testApp } from 'mosaic-cdk/testing';
import { AppStack } from '../lib/app-stack';

test('the service cannot write to its own files', () => {
  const stack = new AppStack(testApp(), 'Test');
  expect(stack.node.findChild('Orders')).toBeInstanceOf(Microservice);
  expect(JSON.stringify(snapshotOf(Template.fromStack(stack).toJSON()))).toContain('"ReadonlyRootFilesystem":true');
});
