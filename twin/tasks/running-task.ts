import { randomBytes } from 'node:crypto';
import type { Service } from '../../system/service.ts';
import type { PreparedImage } from '../images/image-store.ts';
import type { Seat } from '../network/network.ts';
import type { Exit, OutputSource } from '../process-group.ts';
import type { Reaper } from '../reaper.ts';
import type { Task } from '../task.ts';
import type { TargetProblem } from '../traffic/balancer/target-health.ts';
import type { Clearance } from './clearance.ts';
import { ContainerProcess } from './container-process.ts';
import { HealthCheck } from './health-check.ts';
import { Lines } from './lines.ts';
import type { LogStore, TaskLog } from './log-store.ts';
import type { TaskFiles, TaskFolders } from './task-files.ts';
import { TaskHealth } from './task-health.ts';

/** What a task needs from the twin around it. */
export interface TaskHost {
  /** Gives a task a place on the network, and every name it should know. */
  seat(service: Service, task: string): Promise<Seat>;
  /** Takes the place back and closes what was opened for it. */
  unseat(seat: Seat): Promise<void>;
  /** Does what ECS does before a task starts: pull, open the log stream, fetch secrets. */
  clear(service: Service, task: string): Clearance | Promise<Clearance>;
  /** Variables by which a container finds its credentials and metadata. */
  variables(service: Service, task: string, container: string): Readonly<Record<string, string>>;
  /** The task is gone; its credentials are no longer valid. */
  forget(task: string): void;
  /** What the last failed check of a task in a target group said. */
  problem(seat: Seat, targetGroup: string): TargetProblem | undefined;
  readonly folders: TaskFolders;
  readonly logs: LogStore;
  readonly reaper: Reaper;
}

/** How a task is started, and who learns what becomes of it. */
export interface TaskOptions {
  readonly service: Service;
  /** The image of each container that runs. */
  readonly images: ReadonlyMap<string, PreparedImage>;
  readonly host: TaskHost;
  /** Longest a task may take to become healthy, in milliseconds. */
  readonly patienceMs: number;
  readonly changed: (task: Task) => void;
  /** Makes it a one-off task: another command in one container, without health checks. */
  readonly instead?: OneOff | undefined;
}

/** The command of a one-off task. */
export interface OneOff {
  readonly container: string;
  readonly command: readonly string[];
  /** Variables of that container, over the template's. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly output: (source: OutputSource, text: string) => void;
}

/** How a task ended. */
export interface TaskEnd {
  readonly why: string;
  /** Exit code of the container that ended it. */
  readonly exitCode: number | undefined;
  /** Last lines the task wrote. */
  readonly lines: readonly string[];
  /** Whether it had been healthy. */
  readonly wasHealthy: boolean;
}

const KEPT_LINES = 12;

/** One task, from its start until nothing is left of it. */
export class RunningTask {
  readonly id = randomBytes(16).toString('hex');
  readonly ended: Promise<TaskEnd>;
  readonly #options: TaskOptions;
  readonly #lines: string[] = [];
  readonly #processes: ContainerProcess[] = [];
  readonly #checks = new Map<string, HealthCheck>();
  #end!: (end: TaskEnd) => void;
  #seat: Seat | undefined;
  #files: TaskFiles | undefined;
  #log: TaskLog | undefined;
  #health: TaskHealth | undefined;
  #state: Task['state'] = 'starting';
  #why = '';
  #exitCode: number | undefined;
  #wasHealthy = false;
  #starting: Promise<void> = Promise.resolve();

  constructor(options: TaskOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** As ECS would report it. */
  get task(): Task {
    const { service } = this.#options;
    const port = service.definition.containers.flatMap(({ ports }) => ports)[0]?.port;
    const place = this.#seat && (port === undefined ? [this.#seat.address] : this.#seat.endpoint(port));
    const identity = {
      id: this.id,
      service: service.name,
      revision: service.definition.revision,
      isOneOff: this.#options.instead !== undefined,
      address: place?.join(':'),
      pid: this.#state === 'gone' ? undefined : this.#main?.pid,
    };
    const [state, why] = [this.#state, this.#why];
    if (state === 'gone') return { ...identity, state, exitCode: this.#exitCode, why };
    return state === 'starting' || state === 'healthy' ? { ...identity, state } : { ...identity, state, why };
  }

  /** Starts its containers. A failure ends the task, and {@link ended} says why. */
  start(): void {
    this.#starting = this.#start().catch((error: Error) => void this.stop(error.message));
  }

  /**
   * Ends the task: no new requests, SIGTERM, and SIGKILL after the template's stop timeout or a shorter patience.
   * Resolves when nothing is left.
   */
  async stop(why: string, patienceMs?: number): Promise<void> {
    if (this.#state === 'stopping' || this.#state === 'gone') {
      await this.ended;
      return;
    }
    this.#become('stopping', why);
    this.#health?.stop();
    for (const check of this.#checks.values()) check.stop();
    this.#seat?.drain();
    await this.#starting;
    await Promise.all(this.#processes.toReversed().map((process) => process.stop(patienceMs)));
    this.#exitCode ??= (await this.#main?.exited)?.code;
    const { host } = this.#options;
    await Promise.allSettled([this.#seat && host.unseat(this.#seat), this.#files?.remove()]);
    host.forget(this.id);
    this.#log?.close();
    this.#become('gone', why);
    this.#end({ why, exitCode: this.#exitCode, lines: this.#lines, wasHealthy: this.#wasHealthy });
  }

  get #main(): ContainerProcess | undefined {
    const { service, instead } = this.#options;
    const name = instead?.container ?? service.definition.containers.find(({ essential }) => essential)?.name;
    return this.#processes.find((process) => process.name === name) ?? this.#processes[0];
  }

  get #stops(): boolean {
    return this.#state === 'stopping' || this.#state === 'gone';
  }

  async #start(): Promise<void> {
    const { service, images, host, changed } = this.#options;
    changed(this.task);
    const clearance = await host.clear(service, this.id);
    if (this.#stops) return;
    if (!clearance.starts) throw new Error(clearance.reason);
    this.#seat = await host.seat(service, this.id);
    if (this.#stops) return;
    this.#files = await host.folders.open(`${service.name}-${this.id}`, service.definition.containers, images);
    if (this.#stops) return;
    this.#log = host.logs.open(service.name, this.id);
    const { containers } = this.#files;
    for (const files of containers) this.#startContainer(files, clearance.secrets[files.container.name] ?? {});
    this.#seat.run();
    changed(this.task);
    if (!this.#options.instead) this.#watchHealth(this.#seat, containers);
  }

  #startContainer(files: TaskFiles['containers'][number], secrets: Readonly<Record<string, string>>): void {
    const { service, host, instead } = this.#options;
    const { container } = files;
    const isInstead = instead?.container === container.name;
    const lines = new Lines((line) => this.#write(line));
    const process = new ContainerProcess({
      files,
      seat: this.#seat!,
      task: this.id,
      reaper: host.reaper,
      variables: {
        ...(isInstead && instead.environment),
        ...secrets,
        ...host.variables(service, this.id, container.name),
      },
      command: isInstead ? instead.command : undefined,
      output: (source, text) => {
        lines.add(source, text);
        if (isInstead) instead.output(source, text);
      },
    });
    this.#processes.push(process);
    void process.exited.then((exit) => {
      lines.end();
      if (isInstead || (instead === undefined && container.essential)) this.#exited(container.name, exit);
    });
  }

  #exited(container: string, { code, signal }: Exit): void {
    if (this.#stops) return;
    this.#exitCode = code;
    const how = signal ? `was ended by ${signal} (exit code ${code})` : `exited with code ${code}`;
    void this.stop(`container ${container} ${how}`);
  }

  #watchHealth(seat: Seat, containers: TaskFiles['containers']): void {
    const { service, host, patienceMs } = this.#options;
    const checked = containers.filter(({ container }) => container.essential && container.healthCheck);
    const health = new TaskHealth({
      seat,
      service,
      checked: checked.map(({ container }) => container.name),
      patienceMs,
      problem: (group) => host.problem(seat, group),
      checkOutput: (container) => this.#checks.get(container)?.output ?? '',
      healthy: () => {
        this.#wasHealthy = true;
        this.#become('healthy', '');
      },
      unhealthy: (why) => {
        this.#become('unhealthy', why);
        void this.stop(why);
      },
    });
    this.#health = health;
    if (this.#stops) return;
    for (const { container } of checked) {
      const process = this.#processes.find(({ name }) => name === container.name)!;
      const check = new HealthCheck({
        check: container.healthCheck!,
        run: (timeoutMs) => process.check(container.healthCheck!.command, timeoutMs),
        changed: (healthy) => health.record(container.name, healthy),
      });
      this.#checks.set(container.name, check);
      void check.start();
    }
  }

  #write(line: string): void {
    this.#log?.add(line);
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
  }

  #become(state: Task['state'], why: string): void {
    this.#state = state;
    this.#why = why;
    this.#options.changed(this.task);
  }
}
