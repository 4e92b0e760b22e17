import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Service } from '../../../system/service.ts';
import { FleetEcs } from '../../../twin/aws/fleet-ecs.ts';
import type { Task } from '../../../twin/task.ts';
import type { RunOnceOptions, ServiceRunner } from '../../../twin/tasks/service-runner.ts';

const identity = { id: '3f2a', service: 'catalog', revision: 'catalog:1', address: undefined, pid: undefined };

let asked: RunOnceOptions[];
let oneOff: Task;
let tasks: Task[];
let ecs: FleetEcs;
beforeEach(() => {
  asked = [];
  tasks = [];
  oneOff = { ...identity, isOneOff: true, state: 'starting' };
  const runner: Pick<ServiceRunner, 'service' | 'containers' | 'tasks' | 'runOnce' | 'stopTask'> = {
    service: {
      name: 'catalog',
      arn: 'arn',
      cluster: 'shop',
      desired: 2,
      definition: { revision: 'catalog:1' },
      groups: ['sg-1'],
    } as unknown as Service,
    containers: ['app', 'sidecar'],
    get tasks() {
      return tasks;
    },
    stopTask: (id, why) =>
      tasks.map((task): Task => ({ ...task, state: 'stopping', why })).find((task) => task.id === id),
    runOnce(options) {
      asked.push(options);
      return {
        get task() {
          return oneOff;
        },
        ended: Promise.reject(new Error('the task did not start')),
      };
    },
  };
  ecs = new FleetEcs(() => [runner as ServiceRunner]);
});

const overrides = { app: { command: ['seed'], environment: { WHAT: 'products' } } };

describe('FleetEcs', () => {
  it('runs the command with its variables, and tells the id the task really has', async () => {
    expect(await ecs.run({ taskDefinition: 'catalog:1', overrides })).toMatchObject({ id: '3f2a', status: 'PENDING' });
    expect(asked).toMatchObject([{ container: 'app', command: ['seed'], environment: { WHAT: 'products' } }]);
    expect(ecs.task('3f2a')).toMatchObject({ taskDefinition: 'catalog:1', cluster: 'shop' });
    expect(ecs.task('else')).toBeUndefined();
  });

  it('tells of a task what it does now, and how it ended', async () => {
    await ecs.run({ taskDefinition: 'catalog:1', overrides });
    const now = (task: Partial<Task>) => {
      oneOff = { ...oneOff, ...task } as Task;
      return ecs.task('3f2a');
    };
    expect(now({ pid: 7 })).toMatchObject({ status: 'RUNNING' });
    expect(now({ state: 'stopping', why: 'exited' })).toMatchObject({ status: 'STOPPING', stoppedReason: undefined });
    expect(now({ state: 'gone', why: 'exited', exitCode: 3, pid: undefined })).toMatchObject({
      status: 'STOPPED',
      stoppedReason: 'exited',
      containers: [
        { name: 'app', exitCode: 3 },
        { name: 'sidecar', exitCode: undefined },
      ],
    });
  });

  it('counts the tasks that serve, not the one-off tasks', () => {
    const serving = { ...identity, isOneOff: false };
    tasks = [
      { ...serving, state: 'healthy', pid: 1 },
      { ...serving, state: 'starting' },
      { ...serving, isOneOff: true, state: 'starting' },
      { ...serving, isOneOff: true, state: 'starting', pid: 2 },
    ];
    expect(ecs.services()).toMatchObject([{ desired: 2, running: 1, pending: 1 }]);
  });

  it('stops a task of a service, and knows none by another id', () => {
    tasks = [{ ...identity, isOneOff: false, state: 'healthy', pid: 1 }];
    expect(ecs.stop('3f2a', 'drill')).toMatchObject({ id: '3f2a', status: 'STOPPING', taskDefinition: 'catalog:1' });
    expect(ecs.stop('else', 'drill')).toBeUndefined();
  });

  it.each([
    ['a definition that only ends the same', 'log:1', overrides],
    ['a container that is not there', 'catalog:1', { other: { command: ['x'], environment: {} } }],
    ['no command', 'catalog:1', { app: { environment: {} } }],
    ['two containers', 'catalog:1', { ...overrides, sidecar: { environment: {} } }],
  ])('refuses %s', async (_, taskDefinition, given) => {
    await expect(ecs.run({ taskDefinition, overrides: given })).rejects.toThrow(
      expect.objectContaining({ code: 'InvalidParameterException' }),
    );
    expect(asked).toEqual([]);
  });
});
