import { expect, it } from '@jest/globals';
import { aws_ec2 as ec2, aws_ecs as ecs } from 'aws-cdk-lib';
import { expectFixedImages } from '../../../lib/testing/fixed-images.ts';
import { expectTimeToStart } from '../../../lib/testing/time-to-start.ts';
import { testStack } from '../constructs/test-stack.ts';

it('a task definition without containers is judged like any other', () => {
  const stack = testStack();
  const task = new ecs.CfnTaskDefinition(stack, 'Task', { family: 'empty' });
  const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a'] });
  const { clusterArn } = new ecs.Cluster(stack, 'Cluster', { vpc });
  const deploymentConfiguration = { minimumHealthyPercent: 50 };
  new ecs.CfnService(stack, 'Service', { cluster: clusterArn, taskDefinition: task.ref, deploymentConfiguration });
  expect(() => expectFixedImages(stack)).not.toThrow();
  expect(() => expectTimeToStart(stack)).toThrow('Test/Service: got 50 % of its tasks during a deployment');
});
