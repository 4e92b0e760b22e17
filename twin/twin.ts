import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readAssembly } from '../assembly/read-assembly.ts';
import type { Honesty } from '../system/honesty.ts';
import { readSystem } from '../system/read-system.ts';
import type { Service } from '../system/service.ts';
import { refusedServices, servicesOf } from '../system/services-of.ts';
import type { SsmValues } from '../system/shared-values.ts';
import type { System } from '../system/system.ts';
import { FleetEcs } from './aws/fleet-ecs.ts';
import { type Aws, openAws } from './aws/open-aws.ts';
import { Closing } from './closing.ts';
import { openControl } from './control/control-server.ts';
import type { Controlled, DenialRequest, LogRequest, RunOutput, RunRequest } from './control/controlled.ts';
import { followed } from './followed.ts';
import { ImageStore } from './images/image-store.ts';
import { openNetwork } from './network/open-network.ts';
import type { Progress } from './progress.ts';
import { Reaper } from './reaper.ts';
import type { Denial } from './report/denial.ts';
import { Denials } from './report/denials.ts';
import { corrected, honestySummary, type Status, serviceStatus } from './report/status.ts';
import { Fleet } from './tasks/fleet.ts';
import { type LogEntry, LogStore } from './tasks/log-store.ts';
import { TaskFolders } from './tasks/task-files.ts';
import { openTraffic, type Traffic } from './traffic/traffic.ts';

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
  /** Run the rest where some of the services cannot be rehearsed. @default false */
  readonly partial?: boolean | undefined;
  /** Values of SSM parameters that no stack of the assembly writes, by name. @default - none */
  readonly ssmParameters?: SsmValues | undefined;
  /** Longest a task may take to become healthy. @default 60 */
  readonly patienceSeconds?: number | undefined;
  /** Called at each step of the start. @default - nobody is told */
  readonly progress?: Progress | undefined;
  /** Called at each denial. @default - nobody is told */
  readonly denied?: ((denial: Denial) => void) | undefined;
  /** Aborting ends the start and stops everything it started. @default - `down` alone ends it */
  readonly signal?: AbortSignal | undefined;
}

/** What `fresh` removes from a data folder; prepared images and installed engines stay. */
const DATA = ['dynamodb', 'secrets.json', 'logs', 'denials.jsonl'];

/**
 * Runs what an assembly asks for. Resolves once all services are healthy, or with `partial` all that can be rehearsed;
 * after a failure nothing is left running.
 */
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
    const { assembly, stage, stacks, ssmParameters } = options;
    this.#system = readSystem(readAssembly(assembly, { stage }), { ssmParameters });
    this.#services = chosen(this.#system, stacks);
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
    this.#requireAll(this.#services.length);
    for (const { id, why } of this.refused) progress('refused', `${id}: ${why}`);
    if (this.#services.length + this.refused.length === 0)
      progress('services', 'none: no stack here has an ECS service');

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
    // An image may turn out not to run here.
    this.#requireAll(fleet.runners.length);
  }

  /** The services it was asked to run and cannot, each with its reason. */
  get refused(): readonly Honesty[] {
    const { stacks } = this.#options;
    const isMeant = ({ id }: Honesty): boolean => !stacks || stacks.some((stack) => id.startsWith(`${stack}/`));
    return refusedServices(this.#honesty).filter(isMeant);
  }

  status(): Status {
    const { fleet, traffic, denials } = this.#running ?? {};
    return {
      version: 1,
      urls: traffic?.urls ?? {},
      services: (fleet?.runners ?? []).map(serviceStatus),
      denials: denials?.latest() ?? [],
      honesty: this.#honesty,
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

  denials({ follow = false, last, earlier }: DenialRequest, signal: AbortSignal): AsyncIterable<Denial> {
    const { denials } = this.#up();
    const known = (): readonly Denial[] => denials.latest({ count: last, earlier });
    return followed(known, (listener) => denials.watch(listener), follow ? signal : AbortSignal.abort());
  }

  down(): Promise<void> {
    return this.#closing.close().finally(this.#hasStopped);
  }

  get #honesty(): readonly Honesty[] {
    return corrected(this.#system.honesty, this.#running?.fleet.honesty ?? []);
  }

  /** Fails if a service it was asked to run cannot be rehearsed, unless the caller is content with the others. */
  #requireAll(others: number): void {
    const { refused } = this;
    if (refused.length === 0 || (this.#options.partial && others > 0)) return;
    const reasons = refused.map(({ id, why }) => `${id}: ${why}`).join('; ');
    const advice = others > 0 ? '; --partial runs the others' : '';
    throw new Error(
      `${refused.length} of ${refused.length + others} services cannot be rehearsed: ${reasons}${advice}`,
    );
  }

  #up() {
    if (!this.#running) throw new Error('the twin is still starting, or stopping; ask again once it is up');
    return this.#running;
  }
}

function chosen(system: System, stacks: readonly string[] | undefined): readonly Service[] {
  const services = servicesOf(system);
  if (!stacks) return services;
  const refused = refusedServices(system.honesty).map(({ id }) => id.slice(0, id.indexOf('/')));
  const known = [...new Set([...services.map(({ stack }) => stack), ...refused])];
  const unknown = stacks.filter((stack) => !known.includes(stack));
  if (unknown.length > 0)
    throw new Error(`no service is in stack ${unknown.join(', ')}; stacks with services are ${known.join(', ')}`);
  return services.filter(({ stack }) => stacks.includes(stack));
}
