import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readAssembly } from '../assembly/read-assembly.ts';
import { readSystem } from '../system/read-system.ts';
import type { Service } from '../system/service.ts';
import { servicesOf } from '../system/services-of.ts';
import type { System } from '../system/system.ts';
import { FleetEcs } from './aws/fleet-ecs.ts';
import { type Aws, openAws } from './aws/open-aws.ts';
import { Closing } from './closing.ts';
import { openControl } from './control/control-server.ts';
import type { Controlled, DenialRequest, LogRequest, RunOutput, RunRequest } from './control/controlled.ts';
import { followed } from './followed.ts';
import { openNetwork } from './network/open-network.ts';
import { openTraffic, type Traffic } from './network/traffic.ts';
import type { Progress } from './progress.ts';
import { Reaper } from './reaper.ts';
import type { Denial } from './report/denial.ts';
import { Denials } from './report/denials.ts';
import { corrected, honestySummary, type Status, serviceStatus } from './report/status.ts';
import { Fleet } from './tasks/fleet.ts';
import { ImageStore } from './tasks/image.ts';
import { type LogEntry, LogStore } from './tasks/log-store.ts';
import { TaskFolders } from './tasks/task-files.ts';

/** Which assembly is rehearsed, and how. */
export interface TwinOptions {
  /** The cloud assembly to rehearse: a `cdk.out`. */
  readonly assembly: string;
  /** Folder for everything the twin keeps: data, logs, prepared images. */
  readonly data: string;
  /** Where the first URL answers; 0 takes any free port. */
  readonly port: number;
  /** Begin without the data of earlier runs. @default false */
  readonly fresh?: boolean | undefined;
  /** Which stage of the assembly. @default - the only one */
  readonly stage?: string | undefined;
  /** Run only the services of these stacks. @default - all */
  readonly stacks?: readonly string[] | undefined;
  /** Longest a task may take to become healthy. @default 60 */
  readonly patienceSeconds?: number | undefined;
  readonly progress?: Progress | undefined;
  /** Called at each denial. */
  readonly denied?: ((denial: Denial) => void) | undefined;
  /** Aborting ends the start and stops everything it started. */
  readonly signal?: AbortSignal | undefined;
}

/** What `fresh` removes from a data folder; prepared images and installed engines stay. */
const DATA = ['dynamodb', 'secrets.json', 'logs', 'denials.jsonl'];

/** Runs what an assembly asks for. Resolves once all services are healthy; after a failure nothing is left running. */
export async function startTwin(options: TwinOptions): Promise<Twin> {
  // Tasks get paths in it, and they run in other folders.
  const twin = new Twin({ ...options, data: resolve(options.data) });
  const abort = (): void => void twin.down();
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    options.signal?.throwIfAborted();
    await twin.start();
    options.signal?.throwIfAborted();
    return twin;
  } catch (error) {
    await twin.down();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

/** A system, rehearsed on this machine. */
export class Twin implements Controlled {
  /** Resolves when nothing of it runs any more. */
  readonly stopped: Promise<void>;
  readonly #options: TwinOptions;
  readonly #system: System;
  readonly #services: readonly Service[];
  readonly #closing = new Closing();
  #running:
    | {
        readonly fleet: Fleet;
        readonly traffic: Traffic;
        readonly logs: LogStore;
        readonly denials: Denials;
        readonly aws: Aws;
      }
    | undefined;
  #hasStopped!: () => void;

  constructor(options: TwinOptions) {
    this.#options = options;
    this.#system = readSystem(readAssembly(options.assembly, { stage: options.stage }));
    this.#services = chosen(servicesOf(this.#system), options.stacks);
    this.stopped = new Promise((resolve) => {
      this.#hasStopped = resolve;
    });
  }

  /** Opens everything around the tasks, then starts the tasks. */
  async start(): Promise<void> {
    const { data, port, fresh, patienceSeconds, progress = () => {} } = this.#options;
    const system = this.#system;
    const closing = this.#closing;
    mkdirSync(data, { recursive: true, mode: 0o700 });
    // The folder may lie inside the project.
    writeFileSync(join(data, '.gitignore'), '*\n');
    closing.after(await openControl(this, data), (control) => control.close());
    if (fresh) for (const name of DATA) rmSync(join(data, name), { recursive: true, force: true });
    progress('check', honestySummary(system.honesty));
    if (system.stacks.length > 1) progress('order', system.stacks.map(({ name }) => name).join(' → '));
    if (this.#services.length === 0) progress('services', 'none: no stack here has an ECS service');

    const reaper = closing.after(new Reaper(), (open) => open.close());
    const logs = closing.after(new LogStore({ folder: join(data, 'logs') }), (open) => open.close());
    const denials = new Denials(join(data, 'denials.jsonl'));
    const denied = (denial: Denial): void => {
      denials.record(denial);
      this.#options.denied?.(denial);
    };
    const network = closing.after(await openNetwork({ system, folder: data, denied }), (open) => open.close());
    const traffic = closing.after(await openTraffic({ system, services: this.#services, network, port }), (open) =>
      open.close(),
    );

    const aws = await openAws({
      system,
      network,
      folder: data,
      control: new FleetEcs(() => this.#running?.fleet.runners ?? []),
      denied,
      progress,
      reaper,
    });
    closing.after(aws, (open) => open.close());
    const fleet = new Fleet({
      services: this.#services,
      images: new ImageStore({ folder: join(data, 'images'), reaper }),
      progress,
      patienceSeconds,
      host: {
        folders: new TaskFolders(data),
        logs,
        reaper,
        async seat(service, task) {
          const seat = await network.seat(service, task);
          await traffic.attach(seat);
          return seat;
        },
        async unseat(seat) {
          await traffic.detach(seat);
          await seat.leave();
        },
        clear: (service, task) => aws.clear(service, task),
        variables: (service, task, container) => aws.variables(service, task, container),
        forget: (task) => aws.forget(task),
        problem: (seat, targetGroup) => traffic.problem(seat, targetGroup),
      },
    });
    closing.after(fleet, (started) => started.stop());
    this.#running = { fleet, traffic, logs, denials, aws };
    await fleet.start();
  }

  status(): Status {
    const { fleet, traffic, denials } = this.#running ?? {};
    return {
      version: 1,
      urls: traffic?.urls ?? {},
      services: (fleet?.runners ?? []).map(serviceStatus),
      denials: denials?.latest() ?? [],
      honesty: corrected(this.#system.honesty, fleet?.honesty ?? []),
    };
  }

  /** Variables that lead the AWS CLI and other tools to this twin instead of AWS. */
  get toolEnvironment(): Readonly<Record<string, string>> {
    return this.#up().aws.toolEnvironment;
  }

  async run({ service, command }: RunRequest, output: RunOutput, signal: AbortSignal): Promise<number> {
    const runner = this.#up().fleet.runner(service);
    return runner.runOnce({ command, ...output, signal }).ended;
  }

  logs({ service, follow = false, last }: LogRequest, signal: AbortSignal): AsyncIterable<LogEntry> {
    const { fleet, logs } = this.#up();
    if (service !== undefined) fleet.runner(service);
    const known = (): readonly LogEntry[] => logs.tail(service, last);
    const isMeant = (entry: LogEntry): boolean => service === undefined || entry.service === service;
    const watch = (listener: (entry: LogEntry) => void) =>
      logs.follow((entry) => {
        if (isMeant(entry)) listener(entry);
      });
    return followed(known, watch, follow ? signal : AbortSignal.abort());
  }

  denials({ follow = false, last }: DenialRequest, signal: AbortSignal): AsyncIterable<Denial> {
    const { denials } = this.#up();
    const known = (): readonly Denial[] => denials.latest(last);
    return followed(known, (listener) => denials.watch(listener), follow ? signal : AbortSignal.abort());
  }

  down(): Promise<void> {
    return this.#closing.close().finally(this.#hasStopped);
  }

  #up() {
    if (!this.#running) throw new Error('the twin is still starting, or stopping; ask again once it is up');
    return this.#running;
  }
}

function chosen(services: readonly Service[], stacks: readonly string[] | undefined): readonly Service[] {
  if (!stacks) return services;
  const known = [...new Set(services.map(({ stack }) => stack))];
  const unknown = stacks.filter((stack) => !known.includes(stack));
  if (unknown.length > 0)
    throw new Error(`no service is in stack ${unknown.join(', ')}; stacks with services are ${known.join(', ')}`);
  return services.filter(({ stack }) => stacks.includes(stack));
}
