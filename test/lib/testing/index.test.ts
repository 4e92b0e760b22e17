import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import * as door from '../../../lib/testing/index.ts';

const PROJECT = resolve(import.meta.dirname, '..', '..', '..');

it('needs no test runner: every expectation judges, and names what it found, in a bare process', () => {
  const expectations = Object.keys(door).filter((name) => name.startsWith('expect'));
  expect(expectations.length).toBeGreaterThanOrEqual(5);
  const source = `
    import { App, aws_ecs as ecs, aws_ec2 as ec2, aws_iam as iam, Stack } from 'aws-cdk-lib';
    import * as door from ${JSON.stringify(join(PROJECT, 'lib/testing/index.ts'))};
    const app = door.testApp();
    const stack = new Stack(app, 'Plain', { env: { region: 'us-east-1' } });
    const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a'] });
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
    taskDefinition.addContainer('app', {
      image: ecs.ContainerImage.fromRegistry('nginx:latest'),
      environment: { MOSAIC_REQUEST_TIMEOUT_MS: '1000', CATALOG_URL: 'http://catalog', CATALOG_TIMEOUT_MS: '1000' },
    });
    taskDefinition.addToTaskRolePolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
    const cluster = new ecs.Cluster(new Stack(app, 'Other', { env: { region: 'us-east-1' } }), 'Cluster', { vpc });
    new ecs.FargateService(stack, 'Service', { cluster, taskDefinition });
    for (const name of ${JSON.stringify(expectations)}) {
      try {
        door[name](app);
        console.log(name, 'accepted');
      } catch (error) {
        console.log(name, error.message.split('\\n').length > 1);
      }
    }`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  expect(stdout.trim().split('\n')).toEqual(expectations.map((name) => `${name} true`));
});
