import { setTimeout as wait } from 'node:timers/promises';
import type { Service } from '../../system/service.ts';
import type { PreparedImage } from '../images/image-store.ts';
import type { Task } from '../task.ts';
import { type OneOff, RunningTask, type TaskEnd, type TaskHost } from './running-task.ts';

/** The service, and what its tasks start from. */
export interface ServiceRunnerOptions {
  readonly service: Service;
  /** The image of each container that runs; a container without one is left out. */
  readonly images: ReadonlyMap<string, PreparedImage>;
  readonly host: TaskHost;
  /** Called at every change of every task, including one-off tasks. */
  readonly changed?: (task: Task) => void;
  /** Longest a task may take to become healthy. @default 60 */
  readonly patienceSeconds?: number;
}

/** The command of a one-off task, and where its output goes. */
export interface RunOnceOptions {
  readonly command: readonly string[];
  /** @default - the first essential container */
  readonly container?: string | undefined;
  /** Variables of that container, over the template's. @default - none */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Aborting ends the task. */
  readonly signal?: AbortSignal | undefined;
}

/** A task that {@link ServiceRunner.runOnce} started. */
export interface OneOffTask {
  /** Its current state, also after its end. */
  readonly task: Task;
  /** Its exit code; rejects with the cause if it did not start. */
  readonly ended: Promise<number>;
}

/** A service that has never been healthy gives up after so many failed tasks. */
const MOST_FAILURES = 3;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** After a task that lived this long, the pause between attempts starts anew. */
const STEADY_MS = 60_000;

/** Keeps the desired number of tasks of a service, and replaces those that end or become unhealthy. */
export class ServiceRunner {
  /** Resolves once all tasks are healthy; rejects with the cause if they do not become healthy. */
  readonly ready: Promise<void>;
  readonly #options: ServiceRunnerOptions;
  readonly #tasks = new Set<RunningTask>();
  readonly #stopped = new AbortController();
  #keepers: Promise<void>[] = [];
  #failures = 0;
  #state: 'starting' | 'steady' | 'failed' = 'starting';
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor(options: ServiceRunnerOptions) {
    this.#options = options;
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Nobody has to await `ready`; unhandled, its rejection would end the process.
    this.ready.catch(() => {});
  }

  get service(): Service {
    return this.#options.service;
  }

  /** Names of the containers that run here. */
  get containers(): readonly string[] {
    return [...this.#options.images.keys()];
  }

  /** All current tasks, including one-off tasks. */
  get tasks(): readonly Task[] {
    return [...this.#tasks].map(({ task }) => task);
  }

  start(): void {
    const { desired } = this.service;
    this.#keepers = Array.from({ length: desired }, () => this.#keep());
    if (desired === 0) this.#settle();
  }

  /** Runs one more task with another command, as ECS does: no Service Connect names, no target groups, no checks. */
  runOnce({ command, container, environment, stdout, stderr, signal }: RunOnceOptions): OneOffTask {
    const { service } = this;
    const { containers } = service.definition;
    const name = container ?? (containers.find((each) => each.essential) ?? containers[0])?.name ?? '';
    if (!this.#options.images.has(name)) throw new Error(`${service.name} has no container ${name} that can run here`);
    const output: OneOff['output'] = (source, text) => (source === 'stdout' ? stdout(text) : stderr(text));
    // With its own id, so that it is not taken for a task that serves.
    const alone: Service = { ...service, id: `${service.id}/one-off`, targets: [], connect: undefined, dnsNames: [] };
    const task = this.#open(alone, { container: name, command, environment, output });
    const ended = this.#runToEnd(task, signal);
    return {
      get task() {
        return task.task;
      },
      ended,
    };
  }

  /** Stops one task, as ECS does; one that serves is replaced. Undefined if there is no task of this id. */
  stopTask(id: string, why: string): Task | undefined {
    const found = [...this.#tasks].find(({ task }) => task.id === id);
    void found?.stop(why);
    return found?.task;
  }

  /** Stops all tasks; those that take longer than `patienceMs` are killed. Resolves when none is left. */
  async stop(patienceMs?: number): Promise<void> {
    this.#stopped.abort();
    this.#reject(new Error(`${this.service.name} was stopped`));
    await Promise.all([...this.#tasks].map((task) => task.stop('the service was stopped', patienceMs)));
    await Promise.all(this.#keepers);
  }

  #open(service: Service, instead?: OneOff): RunningTask {
    const { images, host, patienceSeconds = 60 } = this.#options;
    const task: RunningTask = new RunningTask({
      service,
      images,
      host,
      instead,
      patienceMs: patienceSeconds * 1000,
      changed: (now) => {
        this.#options.changed?.(now);
        this.#settle();
      },
    });
    this.#tasks.add(task);
    return task;
  }

  /** Starts a one-off task; resolves with its exit code. */
  async #runToEnd(task: RunningTask, signal: AbortSignal | undefined): Promise<number> {
    const abort = (): void => void task.stop('stopped by its user');
    signal?.addEventListener('abort', abort, { once: true });
    task.start();
    if (signal?.aborted) abort();
    const end = await task.ended;
    signal?.removeEventListener('abort', abort);
    this.#tasks.delete(task);
    if (end.exitCode === undefined && !signal?.aborted && !this.#stopped.signal.aborted) {
      throw new Error(`${this.service.name}: the task did not start: ${end.why}`);
    }
    return end.exitCode ?? 130;
  }

  /** Keeps one task running until the service stops, or fails to start. */
  async #keep(): Promise<void> {
    const { signal } = this.#stopped;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted && this.#state !== 'failed') {
      const task = this.#open(this.service);
      const startedAt = performance.now();
      task.start();
      const end = await task.ended;
      this.#tasks.delete(task);
      if (signal.aborted) return;
      this.#count(end);
      if (end.wasHealthy && performance.now() - startedAt > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      // The first replacement of a task that served starts at once.
      if (!end.wasHealthy || pauseMs > FIRST_PAUSE_MS) await wait(pauseMs, undefined, { signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  #count(end: TaskEnd): void {
    if (this.#state !== 'starting' || ++this.#failures < MOST_FAILURES) return;
    this.#state = 'failed';
    this.#reject(new ServiceFailed(this.service, end));
    for (const task of this.#tasks) void task.stop('the service does not become healthy');
  }

  #settle(): void {
    const serving = [...this.#tasks].filter(({ task }) => task.state === 'healthy');
    if (this.#state !== 'starting' || serving.length < this.service.desired) return;
    this.#state = 'steady';
    this.#resolve();
  }
}

/** No task of a service became healthy; the message is for people. */
export class ServiceFailed extends Error {
  constructor(service: Service, { why, lines }: TaskEnd) {
    const said = lines.length > 0 ? `; its last lines:\n${lines.map((line) => `    ${line}`).join('\n')}` : '';
    super(
      `${service.name} (${service.path}) does not become healthy, ${MOST_FAILURES} tasks failed: ${why}${said}\n` +
        `    mosaic logs ${service.name} shows all; fix it, synthesize, and start again`,
    );
    this.name = 'ServiceFailed';
  }
}
