import { describe, expect, it } from '@jest/globals';
import { type App, CfnParameter, Duration, aws_ec2 as ec2, aws_ecs as ecs, type Stack } from 'aws-cdk-lib';
import { expectTimeToStart } from '../../../lib/testing/time-to-start.ts';
import { testStack } from '../constructs/test-stack.ts';
import { plainService } from './plain-service.ts';

const circuitBreaker = { rollback: true };
const ROOMLESS = /no room for a task beside those it replaces; set maxHealthyPercent to 200/;

describe('the room a deployment has', () => {
  function judged(maxHealthyPercent: number, desiredCount?: number, minCapacity?: number) {
    const stack = testStack();
    const service = plainService(
      stack,
      {},
      { minHealthyPercent: 100, maxHealthyPercent, desiredCount, circuitBreaker },
    );
    if (minCapacity !== undefined) service.autoScaleTaskCount({ minCapacity, maxCapacity: 9 });
    return () => expectTimeToStart(stack);
  }

  it('is counted in whole tasks, from the fewest the service may have', () => {
    expect(judged(150, 1)).toThrow(`Test/Service/Service: got at most 150 % of a desired count of 1, no room`);
    expect(judged(150)).toThrow(ROOMLESS);
    expect(judged(150, undefined, 1)).toThrow(ROOMLESS);
    expect(judged(150, 2)).not.toThrow();
    expect(judged(150, undefined, 2)).not.toThrow();
    expect(judged(200, 1)).not.toThrow();
  });

  it('is not asked where percentages do not roll: CodeDeploy starts a set of tasks of its own', () => {
    const deployedBy = (type: ecs.DeploymentControllerType) => {
      const stack = testStack();
      plainService(stack, {}, { deploymentController: { type }, minHealthyPercent: 50, maxHealthyPercent: 100 });
      return () => expectTimeToStart(stack);
    };
    expect(deployedBy(ecs.DeploymentControllerType.CODE_DEPLOY)).not.toThrow();
    expect(deployedBy(ecs.DeploymentControllerType.EXTERNAL)).not.toThrow();
    expect(deployedBy(ecs.DeploymentControllerType.ECS)).toThrow(ROOMLESS);
  });

  it('is not asked of daemons, which ECS forbids to have any; their checks are', () => {
    const judgedDaemon = (container: Partial<ecs.ContainerDefinitionOptions>) => {
      const stack = testStack();
      const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a'] });
      const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
      cluster.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.micro') });
      const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task');
      const image = ecs.ContainerImage.fromRegistry('registry.example.com/app:1');
      taskDefinition.addContainer('app', { image, memoryLimitMiB: 64, ...container });
      new ecs.Ec2Service(stack, 'Daemon', {
        cluster,
        taskDefinition,
        daemon: true,
        minHealthyPercent: 0,
        circuitBreaker,
      });
      return () => expectTimeToStart(stack);
    };
    expect(judgedDaemon({})).not.toThrow();
    expect(judgedDaemon({ healthCheck: { command: ['true'] } })).toThrow('Test/Task: got a health check that counts');
  });
});

describe('a number that is known at deployment only', () => {
  type Numbers = Partial<Record<'start' | 'grace' | 'least' | 'most', number>>;
  const judged = (numbers: (chosen: number) => Numbers) => {
    const stack = testStack();
    const chosen = new CfnParameter(stack, 'Chosen', { type: 'Number' }).valueAsNumber;
    const { start = 30, grace = 40, least = 100, most = 200 } = numbers(chosen);
    const healthCheck = { command: ['true'] };
    const service = plainService(stack, { healthCheck }, { circuitBreaker, minHealthyPercent: 100 });
    const made = service.node.defaultChild as ecs.CfnService;
    made.healthCheckGracePeriodSeconds = grace;
    made.addPropertyOverride('DeploymentConfiguration.MinimumHealthyPercent', least);
    made.addPropertyOverride('DeploymentConfiguration.MaximumPercent', most);
    const task = service.taskDefinition.node.defaultChild as ecs.CfnTaskDefinition;
    task.addPropertyOverride('ContainerDefinitions.0.HealthCheck.StartPeriod', start);
    return () => expectTimeToStart(stack);
  };

  it.each<[string, (chosen: number) => Numbers]>([
    ['Test/Task: got StartPeriod', (start) => ({ start })],
    ['Test/Service/Service: got HealthCheckGracePeriodSeconds', (grace) => ({ grace })],
    ['Test/Service/Service: got MinimumHealthyPercent', (least) => ({ least })],
    ['Test/Service/Service: got MaximumPercent', (most) => ({ most })],
  ])('is not passed unread: %s', (got, numbers) => {
    expect(judged(numbers)).toThrow(`${got} of '\${…}', which cannot be compared; write it as a number`);
    expect(judged(() => ({}))).not.toThrow();
  });

  it('is not asked for where nothing checks the tasks', () => {
    const stack = testStack();
    const chosen = new CfnParameter(stack, 'Chosen', { type: 'Number' }).valueAsNumber;
    const healthCheckGracePeriod = Duration.seconds(chosen);
    plainService(stack, {}, { healthCheckGracePeriod, minHealthyPercent: 100, circuitBreaker });
    expect(() => expectTimeToStart(stack)).not.toThrow();
  });
});

describe('a task definition of another stack', () => {
  const inTwoStacks = (): Stack => {
    const tasks = testStack('Tasks');
    const taskDefinition = new ecs.FargateTaskDefinition(tasks, 'Task');
    const image = ecs.ContainerImage.fromRegistry('registry.example.com/app:1');
    taskDefinition.addContainer('app', { image, healthCheck: { command: ['true'] } });
    const stack = testStack('Services', tasks.node.root as App);
    const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a'] });
    const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
    new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, circuitBreaker, minHealthyPercent: 0 });
    return stack;
  };

  it('is judged with the service that runs it, also where only that is asked about', () => {
    const stack = inTwoStacks();
    for (const scope of [stack, stack.node.root]) {
      expect(() => expectTimeToStart(scope)).toThrow('Tasks/Task: got a health check that counts');
      expect(() => expectTimeToStart(scope)).toThrow('Services/Service/Service: got 0 % of its tasks');
    }
  });

  it('that is known by its ARN only does not hide the service', () => {
    const stack = testStack();
    new ecs.CfnService(stack, 'Service', {
      taskDefinition: 'arn:aws:ecs:us-east-1:111111111111:task-definition/orders:1',
      deploymentConfiguration: { minimumHealthyPercent: 50 },
    });
    expect(() => expectTimeToStart(stack)).toThrow('Test/Service: got 50 % of its tasks during a deployment');
  });
});
