import type { Task } from '../task.ts';
import type { OneOffTask, ServiceRunner } from '../tasks/service-runner.ts';
import { AwsError } from './aws-error.ts';
import type { EcsControl, EcsRunRequest, EcsServiceStatus, EcsTaskStatus } from './ecs.ts';

/** A one-off task that the ECS API started. */
interface Started {
  readonly runner: ServiceRunner;
  /** The container that runs the command. */
  readonly container: string;
  readonly oneOff: OneOffTask;
}

/** How many one-off tasks the ECS API remembers. */
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
      throw invalid('the twin runs a one-off task with the command of exactly one container overridden; override one');
    if (!runner.containers.includes(container)) {
      const known = runner.containers.join(', ');
      throw invalid(`${taskDefinition} has no container ${container} that runs here; there are ${known}`);
    }
    const { command, environment } = override;
    const oneOff = runner.runOnce({ container, command, environment, stdout: () => {}, stderr: () => {} });
    // The caller learns of a failure from the task's status.
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

/** @param container the one whose exit code is the task's; those of the others are unknown */
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

/** To ECS a task is running once its containers are, whatever their health. */
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
