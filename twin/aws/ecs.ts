import { partitionOf } from '../../assembly/partition.ts';
import type { System } from '../../system/system.ts';
import type { AwsApi, Call, CallAccess, Operation } from './api.ts';
import { AwsError } from './aws-error.ts';
import { json11 } from './protocol.ts';

/** What the twin lets the ECS API do: the calls of tools that run a one-off task and wait for it. */
export interface EcsControl {
  services(): readonly EcsServiceStatus[];
  /** Starts one task. */
  run(request: EcsRunRequest): Promise<EcsTaskStatus>;
  /** A task by id, for a while also after it is gone. */
  task(id: string): EcsTaskStatus | undefined;
}

export interface EcsServiceStatus {
  /** Short name, as people type it. */
  readonly name: string;
  readonly arn: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** Security groups and subnets, to hand back to `RunTask`. */
  readonly groups: readonly string[];
  readonly subnets: readonly string[];
}

export interface EcsRunRequest {
  /** ARN of the task definition. */
  readonly taskDefinition: string;
  readonly groups: readonly string[];
  /** By container: what is run instead, and variables on top. */
  readonly overrides: Readonly<
    Record<string, { readonly command?: readonly string[]; readonly environment: Readonly<Record<string, string>> }>
  >;
}

export interface EcsTaskStatus {
  readonly id: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  /** As ECS says it: `PENDING`, `RUNNING`, `STOPPED`. */
  readonly status: string;
  readonly stoppedReason: string | undefined;
  readonly containers: readonly { readonly name: string; readonly exitCode: number | undefined }[];
}

/** `DescribeServices`, `RunTask`, `DescribeTasks`. */
export function ecs(system: System, control: EcsControl): AwsApi {
  const prefix = `arn:${partitionOf(system.region)}:ecs:${system.region}:${system.account}`;
  const taskArn = (task: { cluster: string; id: string }): string =>
    `${prefix}:task/${nameIn(task.cluster)}/${task.id}`;
  const serviceOf = (id: string) =>
    control.services().find((each) => each.arn === id || each.name === id || nameIn(each.arn) === nameIn(id));

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
      accesses: (call) => runAccesses(call),
      perform: async (call) => {
        const task = await control.run(runRequest(call));
        return { tasks: [shownTask(task, taskArn(task))], failures: [] };
      },
    },
    DescribeTasks: {
      accesses: (call) =>
        strings(call, 'tasks').map((id) => ({
          action: 'ecs:DescribeTasks',
          resource: id.startsWith('arn:') ? id : taskArn({ cluster: String(call.input.cluster ?? 'default'), id }),
        })),
      perform: (call) => {
        const found = strings(call, 'tasks').map((id) => ({ id, task: control.task(nameIn(id)) }));
        return {
          tasks: found.flatMap(({ task }) => (task ? [shownTask(task, taskArn(task))] : [])),
          failures: found.filter(({ task }) => !task).map(({ id }) => ({ arn: id, reason: 'MISSING' })),
        };
      },
    },
  };
  return { service: 'ecs', protocol: json11, operation: (name) => operations[name] };
}

const runAccesses = ({ input }: Call): readonly CallAccess[] => [
  { action: 'ecs:RunTask', resource: String(input.taskDefinition) },
];

function runRequest({ input }: Call): EcsRunRequest {
  if (typeof input.taskDefinition !== 'string')
    throw new AwsError('InvalidParameterException', 'taskDefinition is missing');
  const network = (input.networkConfiguration as { awsvpcConfiguration?: { securityGroups?: string[] } } | undefined)
    ?.awsvpcConfiguration;
  const overrides =
    (input.overrides as { containerOverrides?: ContainerOverride[] } | undefined)?.containerOverrides ?? [];
  return {
    taskDefinition: input.taskDefinition,
    groups: network?.securityGroups ?? [],
    overrides: Object.fromEntries(
      overrides.map(({ name, command, environment = [] }) => [
        name,
        {
          ...(command && { command }),
          environment: Object.fromEntries(environment.map((each) => [each.name, each.value])),
        },
      ]),
    ),
  };
}

interface ContainerOverride {
  readonly name: string;
  readonly command?: readonly string[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

const shownService = (service: EcsServiceStatus): object => ({
  serviceArn: service.arn,
  serviceName: nameIn(service.arn),
  clusterArn: service.cluster,
  status: 'ACTIVE',
  taskDefinition: service.taskDefinition,
  desiredCount: service.desired,
  runningCount: service.running,
  pendingCount: service.pending,
  launchType: 'FARGATE',
  networkConfiguration: {
    awsvpcConfiguration: { subnets: service.subnets, securityGroups: service.groups, assignPublicIp: 'DISABLED' },
  },
});

const shownTask = (task: EcsTaskStatus, arn: string): object => ({
  taskArn: arn,
  clusterArn: task.cluster,
  taskDefinitionArn: task.taskDefinition,
  lastStatus: task.status,
  desiredStatus: task.status === 'STOPPED' ? 'STOPPED' : 'RUNNING',
  stoppedReason: task.stoppedReason,
  containers: task.containers.map(({ name, exitCode }) => ({ name, exitCode, lastStatus: task.status })),
});

const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const strings = ({ input }: Call, name: string): readonly string[] =>
  Array.isArray(input[name]) ? (input[name] as unknown[]).map(String) : [];
