import { AwsError } from '../aws/aws-error.ts';
import type { EcsControl, EcsRunRequest, EcsServiceStatus, EcsTaskStatus } from '../aws/ecs.ts';
import type { OneOffTask, ServiceRunner } from './service-runner.ts';
import type { Task } from './task.ts';

/** A one-off task the ECS API started. */
interface Started {
  readonly runner: ServiceRunner;
  /** The one whose command it is. */
  readonly container: string;
  readonly oneOff: OneOffTask;
}

/** One-off tasks the ECS API still tells of. */
const REMEMBERED = 100;

/** The ECS API's view of the fleet: its services, the one-off tasks the API starts there, and the tasks it stops. */
export class FleetEcs implements EcsControl {
  readonly #runners: () => readonly ServiceRunner[];
  readonly #started = new Map<string, Started>();

  constructor(runners: () => readonly ServiceRunner[]) {
    this.#runners = runners;
  }

  services(): readonly EcsServiceStatus[] {
    return this.#runners().map(({ service, tasks }) => {
      const statuses = tasks.filter(({ isOneOff }) => !isOneOff).map(statusOf);
      return {
        name: service.name,
        arn: service.arn,
        cluster: service.cluster,
        taskDefinition: service.definition.revision,
        desired: service.desired,
        running: statuses.filter((status) => status === 'RUNNING').length,
        pending: statuses.filter((status) => status === 'PENDING').length,
        groups: service.groups,
        subnets: [],
      };
    });
  }

  async run({ taskDefinition, overrides }: EcsRunRequest): Promise<EcsTaskStatus> {
    const runner = this.#runners().find(({ service }) => service.definition.revision === taskDefinition);
    if (!runner) {
      const known = this.#runners().map(({ service }) => service.definition.revision);
      throw invalid(`no service here runs the task definition ${taskDefinition}; there are ${known.join(', ')}`);
    }
    const [[container, override] = [], ...others] = Object.entries(overrides);
    if (!container || !override?.command || others.length > 0)
      throw invalid('the twin runs a task with the command of one container overridden; override one');
    if (!runner.containers.includes(container)) {
      const known = runner.containers.join(', ');
      throw invalid(`${taskDefinition} has no container ${container} that runs here; there are ${known}`);
    }
    const { command, environment } = override;
    const oneOff = runner.runOnce({ container, command, environment, stdout: () => {}, stderr: () => {} });
    // Who asks for the task learns it from its status.
    oneOff.ended.catch(() => {});
    this.#remember({ runner, container, oneOff });
    return shown(runner, oneOff.task, container);
  }

  task(id: string): EcsTaskStatus | undefined {
    const started = this.#started.get(id);
    return started && shown(started.runner, started.oneOff.task, started.container);
  }

  stop(id: string, why: string): EcsTaskStatus | undefined {
    for (const runner of this.#runners()) {
      const task = runner.stopTask(id, why);
      if (task) return shown(runner, task, this.#started.get(id)?.container);
    }
    return undefined;
  }

  #remember(started: Started): void {
    this.#started.set(started.oneOff.task.id, started);
    const [oldest] = this.#started.keys();
    if (this.#started.size > REMEMBERED) this.#started.delete(oldest!);
  }
}

/** @param container the one whose exit code is the task's; the others' are not known */
function shown(runner: ServiceRunner, task: Task, container: string | undefined): EcsTaskStatus {
  const exitCode = task.state === 'gone' ? task.exitCode : undefined;
  return {
    id: task.id,
    cluster: runner.service.cluster,
    taskDefinition: task.revision,
    status: statusOf(task),
    stoppedReason: task.state === 'gone' ? task.why : undefined,
    containers: runner.containers.map((name) => ({ name, exitCode: name === container ? exitCode : undefined })),
  };
}

/** For ECS a task runs once its containers do, whatever their health. */
function statusOf({ state, pid }: Task): EcsTaskStatus['status'] {
  switch (state) {
    case 'starting':
      return pid === undefined ? 'PENDING' : 'RUNNING';
    case 'healthy':
    case 'unhealthy':
      return 'RUNNING';
    case 'stopping':
      return 'STOPPING';
    case 'gone':
      return 'STOPPED';
  }
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);
