import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  RunTaskCommand,
  type Service,
  type Task,
  waitUntilTasksStopped,
} from '@aws-sdk/client-ecs';
import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { platformParameter, serviceParameter } from '../contract/parameters.ts';

/** The AWS clients a one-off task is run with. */
export interface OneOffTaskClients {
  readonly ssm: SSMClient;
  readonly ecs: ECSClient;
}

export interface OneOffTaskRequest {
  readonly stage: string;
  /** The service whose image, environment, role and network the task gets. */
  readonly service: string;
  readonly command: readonly string[];
}

/** How a one-off task ended. */
export interface OneOffTaskEnd {
  readonly taskArn: string;
  /** Of its container; undefined if it never ran. */
  readonly exitCode: number | undefined;
  /** Why ECS stopped it, in ECS's words. */
  readonly reason: string;
}

/** Something is missing or refused; the message says what to do. */
export class OneOffTaskError extends Error {}

/** Longest a one-off task may take from start to end. */
const MOST_SECONDS = 900;

/** Runs one more task of a deployed service with another command, and waits until it has ended. */
export async function runOneOffTask(
  request: OneOffTaskRequest,
  { ssm, ecs }: OneOffTaskClients,
): Promise<OneOffTaskEnd> {
  const { cluster, service, container } = await placeOf(request, ssm);
  const { services: [model] = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  if (model?.status !== 'ACTIVE') {
    throw new OneOffTaskError(
      `service ${service} is not active in cluster ${cluster}, got ${model?.status ?? 'nothing'}; deploy it`,
    );
  }
  const { tasks: [started] = [], failures: [failure] = [] } = await ecs.send(
    new RunTaskCommand({
      cluster,
      ...likeIn(model),
      overrides: { containerOverrides: [{ name: container, command: [...request.command] }] },
    }),
  );
  if (started?.taskArn === undefined) {
    throw new OneOffTaskError(
      `ECS started no task of ${service}: ${failure?.reason ?? 'it gave no reason'} ${failure?.detail ?? ''}`.trim(),
    );
  }
  const tasks = [started.taskArn];
  await waitUntilTasksStopped({ client: ecs, maxWaitTime: MOST_SECONDS, minDelay: 1, maxDelay: 5 }, { cluster, tasks });
  const { tasks: [stopped] = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
  return endOf(started.taskArn, stopped, container);
}

/** Where the service runs, as its stacks published it. */
async function placeOf({ stage, service }: OneOffTaskRequest, ssm: SSMClient) {
  const names = {
    cluster: platformParameter(stage, 'cluster-name'),
    service: serviceParameter(stage, service, 'service-name'),
    container: serviceParameter(stage, service, 'container-name'),
  };
  const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names: Object.values(names) }));
  const found = (name: string): string => {
    const value = Parameters.find(({ Name }) => Name === name)?.Value;
    if (value !== undefined) return value;
    throw new OneOffTaskError(
      `${service} is not deployed in stage ${stage} of this account and region: no parameter ${name}; deploy it, or name another --stage`,
    );
  };
  return { cluster: found(names.cluster), service: found(names.service), container: found(names.container) };
}

/** The settings a task shares with those of the service. */
const likeIn = ({ taskDefinition, networkConfiguration, capacityProviderStrategy = [], launchType }: Service) => ({
  taskDefinition,
  networkConfiguration,
  ...(capacityProviderStrategy.length > 0 ? { capacityProviderStrategy } : { launchType }),
});

function endOf(taskArn: string, task: Task | undefined, container: string): OneOffTaskEnd {
  const { exitCode, reason } = task?.containers?.find(({ name }) => name === container) ?? {};
  return { taskArn, exitCode, reason: [task?.stoppedReason, reason].filter(Boolean).join(': ') };
}
