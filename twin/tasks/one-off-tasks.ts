import { randomBytes } from 'node:crypto';
import type { EcsControl, EcsRunRequest, EcsServiceStatus, EcsTaskStatus } from '../aws/ecs.ts';
import type { ServiceRunner } from './service-runner.ts';

/** Ended tasks the ECS API still tells of. */
const REMEMBERED = 100;

/** What the ECS API shows of the services that run, and the one-off tasks it starts there. */
export class OneOffTasks implements EcsControl {
  readonly #runners: () => readonly ServiceRunner[];
  readonly #tasks = new Map<string, EcsTaskStatus>();

  constructor(runners: () => readonly ServiceRunner[]) {
    this.#runners = runners;
  }

  services(): readonly EcsServiceStatus[] {
    return this.#runners().map(({ service, tasks }) => ({
      name: service.name,
      arn: service.arn,
      cluster: service.cluster,
      taskDefinition: service.definition.revision,
      desired: service.desired,
      running: tasks.filter(({ state }) => state === 'healthy').length,
      pending: tasks.filter(({ state }) => state === 'starting').length,
      groups: service.groups,
      subnets: [],
    }));
  }

  async run({ taskDefinition, overrides }: EcsRunRequest): Promise<EcsTaskStatus> {
    const runner = this.#runners().find(({ service }) => taskDefinition.endsWith(service.definition.revision));
    if (!runner) throw new Error(`no service here runs the task definition ${taskDefinition}`);
    const [[container, override] = []] = Object.entries(overrides);
    if (!container || !override?.command)
      throw new Error('the twin runs a task with the command of one container overridden');
    const task = statusOf(runner, container);
    this.#remember(task);
    const end = (exitCode: number | undefined, stoppedReason: string): void =>
      this.#remember({ ...task, status: 'STOPPED', stoppedReason, containers: [{ name: container, exitCode }] });
    const nobody = (): void => {};
    runner.runOnce({ container, command: override.command, stdout: nobody, stderr: nobody }).then(
      (exitCode) => end(exitCode, 'Essential container in task exited'),
      (error: Error) => end(undefined, error.message),
    );
    return task;
  }

  task(id: string): EcsTaskStatus | undefined {
    return this.#tasks.get(id);
  }

  #remember(task: EcsTaskStatus): void {
    this.#tasks.delete(task.id);
    this.#tasks.set(task.id, task);
    const [oldest] = this.#tasks.keys();
    if (this.#tasks.size > REMEMBERED) this.#tasks.delete(oldest!);
  }
}

const statusOf = ({ service }: ServiceRunner, container: string): EcsTaskStatus => ({
  id: randomBytes(16).toString('hex'),
  cluster: service.cluster,
  taskDefinition: service.definition.revision,
  status: 'PENDING',
  stoppedReason: undefined,
  containers: [{ name: container, exitCode: undefined }],
});
