import { describe, expect, it } from '@jest/globals';
import { taskDefinition } from '../../../system/resources/task-definition.ts';
import { readOne } from './read-one.ts';

const container = (name: string, more: object = {}) => ({ Name: name, Image: 'x', ...more });
const task = (containers: readonly object[], more: object = {}) => ({
  NetworkMode: 'awsvpc',
  ContainerDefinitions: containers,
  ...more,
});

describe('task definitions', () => {
  it('read a container with everything ECS would give its process', () => {
    const { data, refused } = readOne(
      taskDefinition,
      task([
        container('app', {
          EntryPoint: ['node'],
          Command: ['main.js'],
          User: '1000',
          WorkingDirectory: '/app',
          Environment: [{ Name: 'A', Value: 1 }],
          Secrets: [{ Name: 'B', ValueFrom: 'arn:secret' }],
          PortMappings: [{ Name: 'http', ContainerPort: 8080, AppProtocol: 'http2' }],
          ReadonlyRootFilesystem: true,
          MountPoints: [{ ContainerPath: '/tmp', SourceVolume: 'tmp', ReadOnly: false }],
          StopTimeout: 60,
          HealthCheck: { Command: ['CMD', 'true'], Interval: 5 },
          LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p' } },
        }),
      ]),
    );
    expect(refused).toEqual([]);
    expect(data.cannotRun).toEqual([]);
    expect(data.containers).toEqual([
      {
        name: 'app',
        essential: true,
        image: 'x',
        entryPoint: ['node'],
        command: ['main.js'],
        workingDirectory: '/app',
        user: '1000',
        environment: { A: '1' },
        secrets: { B: 'arn:secret' },
        ports: [{ name: 'http', port: 8080, protocol: 'http2' }],
        readonlyRoot: true,
        volumes: [{ path: '/tmp', readOnly: false, volume: 'tmp' }],
        stopTimeoutSeconds: 60,
        healthCheck: {
          command: ['CMD', 'true'],
          intervalSeconds: 5,
          timeoutSeconds: 5,
          retries: 3,
          startPeriodSeconds: 0,
        },
        logGroup: 'g',
        logStreamPrefix: 'p',
      },
    ]);
  });

  it('keep the command of the image where the template has none', () => {
    const [app] = readOne(taskDefinition, task([container('app')])).data.containers;
    expect([app!.entryPoint, app!.command]).toEqual([undefined, undefined]);
  });

  it.each<[what: string, properties: object, property: string]>([
    [
      'Windows',
      task([], { RuntimePlatform: { OperatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } }),
      'RuntimePlatform.OperatingSystemFamily',
    ],
    ['a bridge network', task([], { NetworkMode: 'bridge' }), 'NetworkMode'],
    ['an EBS volume', task([], { Volumes: [{ Name: 'v', ConfiguredAtLaunch: true }] }), 'Volumes.0.ConfiguredAtLaunch'],
    [
      'a container that must end first',
      task([container('a'), container('b', { DependsOn: [{ ContainerName: 'a', Condition: 'SUCCESS' }] })]),
      'ContainerDefinitions.1.DependsOn.0.Condition',
    ],
    ['privileges', task([container('a', { Privileged: true })]), 'ContainerDefinitions.0.Privileged'],
    [
      'a log router',
      task([container('a', { FirelensConfiguration: { Type: 'fluentbit' } })]),
      'ContainerDefinitions.0.FirelensConfiguration',
    ],
  ])('cannot run with %s', (_, properties, property) => {
    const { data, refused } = readOne(taskDefinition, properties as Record<string, unknown>);
    expect(refused).toEqual([property]);
    expect(data.cannotRun).toEqual([expect.stringMatching(new RegExp(`^${property}: the twin`))]);
  });

  it('are refused when containers wait for each other', () => {
    const waits = (name: string, before: string) =>
      container(name, { DependsOn: [{ ContainerName: before, Condition: 'START' }] });
    expect(readOne(taskDefinition, task([waits('a', 'b'), waits('b', 'a')])).refused).toEqual(['*']);
  });
});
