import { arn, lastPart } from '../../system/resources/arn.ts';
import { ecsService } from '../../system/resources/ecs-service.ts';
import type { System } from '../../system/system.ts';
import type { AwsApi, Call, Operation } from './api.ts';
import { AwsError } from './aws-error.ts';
import { json11 } from './protocol.ts';

/** What the ECS API may do on the twin: run a one-off task and wait for it, or stop a task. */
export interface EcsControl {
  services(): readonly EcsServiceStatus[];
  /** Starts one task. */
  run(request: EcsRunRequest): Promise<EcsTaskStatus>;
  /** A task by id, even for a while after it is gone. */
  task(id: string): EcsTaskStatus | undefined;
  /** Stops a task, including one of a service; undefined if there is no task of this id. */
  stop(id: string, why: string): EcsTaskStatus | undefined;
}

/** A service as `DescribeServices` shows it. */
export interface EcsServiceStatus {
  /** Short name, as people type it. */
  readonly name: string;
  readonly arn: string;
  readonly cluster: string;
  /** `family:revision` */
  readonly taskDefinition: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** Security groups, by id. */
  readonly groups: readonly string[];
}

/** The one-off task that `RunTask` asks for. */
export interface EcsRunRequest {
  /** `family:revision` */
  readonly taskDefinition: string;
  /** By container: the command to run instead, and additional variables. */
  readonly overrides: Readonly<
    Record<string, { readonly command?: readonly string[]; readonly environment: Readonly<Record<string, string>> }>
  >;
}

/** A task as `DescribeTasks` shows it. */
export interface EcsTaskStatus {
  readonly id: string;
  readonly cluster: string;
  /** `family:revision` */
  readonly taskDefinition: string;
  readonly status: 'PENDING' | 'RUNNING' | 'STOPPING' | 'STOPPED';
  readonly stoppedReason: string | undefined;
  readonly containers: readonly { readonly name: string; readonly exitCode: number | undefined }[];
}

/** `DescribeServices`, `RunTask`, `DescribeTasks`, `StopTask`. */
export function ecs(system: System, control: EcsControl): AwsApi {
  const clusterArn = (cluster: string): string => arn(system, 'ecs', `cluster/${lastPart(cluster)}`);
  const taskArn = (task: { cluster: string; id: string }): string =>
    arn(system, 'ecs', `task/${lastPart(task.cluster)}/${task.id}`);
  const namedTaskArn = (id: string, { input }: Call): string =>
    id.startsWith('arn:') ? id : taskArn({ cluster: String(input.cluster ?? 'default'), id });
  const definitions = arn(system, 'ecs', 'task-definition/');
  const definitionArn = (id: string): string => (id.startsWith('arn:') ? id : `${definitions}${id}`);
  const revisionOf = (id: string): string => (id.startsWith(definitions) ? id.slice(definitions.length) : id);
  /** What tools hand back to `RunTask`, as the template says it. */
  const subnetsOf = (service: EcsServiceStatus): readonly string[] =>
    system.find(ecsService, service.arn)?.data.subnets ?? [];
  const shownService = (service: EcsServiceStatus): object => ({
    serviceArn: service.arn,
    serviceName: lastPart(service.arn),
    clusterArn: clusterArn(service.cluster),
    status: 'ACTIVE',
    taskDefinition: definitionArn(service.taskDefinition),
    desiredCount: service.desired,
    runningCount: service.running,
    pendingCount: service.pending,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: { subnets: subnetsOf(service), securityGroups: service.groups, assignPublicIp: 'DISABLED' },
    },
  });
  const shownTask = (task: EcsTaskStatus): object => ({
    taskArn: taskArn(task),
    clusterArn: clusterArn(task.cluster),
    taskDefinitionArn: definitionArn(task.taskDefinition),
    lastStatus: task.status,
    desiredStatus: task.status.startsWith('STOP') ? 'STOPPED' : 'RUNNING',
    stoppedReason: task.stoppedReason,
    containers: task.containers.map(({ name, exitCode }) => ({ name, exitCode, lastStatus: task.status })),
  });
  const serviceOf = (id: string) =>
    control.services().find((each) => each.arn === id || each.name === id || lastPart(each.arn) === lastPart(id));

  const operations: Record<string, Operation> = {
    DescribeServices: {
      accesses: (call) =>
        strings(call, 'services').map((id) => ({ action: 'ecs:DescribeServices', resource: serviceOf(id)?.arn ?? id })),
      perform: (call) => {
        const ids = strings(call, 'services');
        return {
          services: ids.flatMap((id) => serviceOf(id) ?? []).map(shownService),
          failures: ids.filter((id) => !serviceOf(id)).map((id) => ({ arn: id, reason: 'MISSING' })),
        };
      },
    },
    RunTask: {
      accesses: ({ input }) => [{ action: 'ecs:RunTask', resource: definitionArn(String(input.taskDefinition)) }],
      perform: async (call) => {
        const { taskDefinition, overrides } = runRequest(call);
        const task = await control.run({ taskDefinition: revisionOf(taskDefinition), overrides });
        return { tasks: [shownTask(task)], failures: [] };
      },
    },
    DescribeTasks: {
      accesses: (call) =>
        strings(call, 'tasks').map((id) => ({ action: 'ecs:DescribeTasks', resource: namedTaskArn(id, call) })),
      perform: (call) => {
        const found = strings(call, 'tasks').map((id) => ({ id, task: control.task(lastPart(id)) }));
        return {
          tasks: found.flatMap(({ task }) => (task ? [shownTask(task)] : [])),
          failures: found.filter(({ task }) => !task).map(({ id }) => ({ arn: id, reason: 'MISSING' })),
        };
      },
    },
    StopTask: {
      accesses: (call) => [{ action: 'ecs:StopTask', resource: namedTaskArn(String(call.input.task), call) }],
      perform: ({ input }) => {
        const task = control.stop(lastPart(String(input.task)), String(input.reason ?? 'Task stopped by user'));
        if (!task) throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
        return { task: shownTask(task) };
      },
    },
  };
  return { service: 'ecs', protocol: json11, operation: (name) => operations[name] };
}

function runRequest({ input }: Call): EcsRunRequest {
  const { taskDefinition, count = 1, overrides = {} } = input;
  if (typeof taskDefinition !== 'string') throw new AwsError('InvalidParameterException', 'taskDefinition is missing');
  if (count !== 1) throw cannot('count', `of ${count}`);
  const { containerOverrides = [], ...others } = overrides as { containerOverrides?: readonly ContainerOverride[] };
  for (const other of Object.keys(others)) throw cannot('overrides', other);
  return { taskDefinition, overrides: Object.fromEntries(containerOverrides.map(overrideOf)) };
}

interface ContainerOverride {
  readonly name: string;
  readonly command?: readonly string[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

function overrideOf({ name, command, environment = [], ...others }: ContainerOverride) {
  for (const other of Object.keys(others)) throw cannot('containerOverrides', other);
  const variables = Object.fromEntries(environment.map((each) => [each.name, each.value]));
  return [name, { ...(command && { command }), environment: variables }] as const;
}

const cannot = (parameter: string, what: string): AwsError =>
  new AwsError('InvalidParameterException', `the twin runs no task with ${parameter} ${what}; leave it out`);

const strings = ({ input }: Call, name: string): readonly string[] =>
  Array.isArray(input[name]) ? (input[name] as unknown[]).map(String) : [];
