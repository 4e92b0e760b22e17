import type { Honesty } from '../../system/honesty.ts';
import { ecsService } from '../../system/resources/ecs-service.ts';
import type { Service } from '../../system/service.ts';
import type { ImageStore } from '../images/image-store.ts';
import type { Progress } from '../progress.ts';
import { prepareService } from './prepare-service.ts';
import type { TaskHost } from './running-task.ts';
import { ServiceRunner } from './service-runner.ts';

/** The services, and what their tasks start from. */
export interface FleetOptions {
  /** In an order in which each comes after those it depends on. */
  readonly services: readonly Service[];
  readonly images: ImageStore;
  readonly host: TaskHost;
  readonly progress: Progress;
  /** Longest a task may take to become healthy. */
  readonly patienceSeconds: number | undefined;
}

/** How long a task may finish its work when the whole system stops. */
const LEAVE_MS = 1000;

/** All services of a system, started callees first. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #runners = new Map<string, ServiceRunner>();
  readonly #honesty: Honesty[] = [];
  #isStopped = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  get runners(): readonly ServiceRunner[] {
    return [...this.#runners.values()];
  }

  /** What preparing the images found. */
  get honesty(): readonly Honesty[] {
    return this.#honesty;
  }

  /** The service of this name; if there is none, an error that lists the known names. */
  runner(name: string): ServiceRunner {
    const found = this.runners.find(({ service }) => service.name === name);
    if (found) return found;
    const names = this.runners.map(({ service }) => service.name).join(', ');
    throw new Error(`no service '${name}' runs here; ${names ? `there are ${names}` : 'none does'}`);
  }

  /** Resolves when every service that can run here is healthy; rejects with the cause of the first that fails. */
  async start(): Promise<void> {
    const started = new Map<string, Promise<void>>();
    for (const service of this.#options.services) {
      const before = service.after.map((id) => started.get(id));
      started.set(service.id, this.#start(service, before));
    }
    await Promise.all(started.values());
    void this.#tidy();
  }

  /** Stops all services at once: nobody calls any more, so tasks need not drain. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.runners.map((runner) => runner.stop(LEAVE_MS)));
  }

  /** Runs in the background: unused images only take up space. */
  async #tidy(): Promise<void> {
    const { images, progress } = this.#options;
    await images.tidy().catch((error: Error) => progress('images', `cannot remove unused ones: ${error.message}`));
  }

  async #start(service: Service, before: readonly (Promise<void> | undefined)[]): Promise<void> {
    const { images, host, progress, patienceSeconds } = this.#options;
    const prepared = await prepareService(service, images, (text) => progress(service.name, text));
    this.#honesty.push(...prepared.honesty);
    if (!prepared.runs) {
      this.#honesty.push(refusal(service, prepared.why));
      progress(service.name, `refused: ${prepared.why}`);
      return;
    }
    await Promise.all(before);
    if (this.#isStopped) return;
    const began = performance.now();
    let isReady = false;
    const runner = new ServiceRunner({
      service,
      images: prepared.images,
      host,
      ...(patienceSeconds && { patienceSeconds }),
      changed: (task) => {
        if (task.state !== 'gone' || isReady || this.#isStopped) return;
        progress(service.name, `a task failed: ${task.why}`, performance.now() - began);
      },
    });
    this.#runners.set(service.id, runner);
    runner.start();
    await runner.ready;
    isReady = true;
    progress(service.name, healthText(runner), performance.now() - began);
  }
}

const refusal = ({ id }: Service, why: string): Honesty => ({
  id,
  type: ecsService.type,
  property: '*',
  verdict: 'refused',
  why: `no task of it runs: ${why}`,
});

function healthText({ service, tasks }: ServiceRunner): string {
  const healthy = tasks.filter(({ state }) => state === 'healthy');
  const addresses = healthy.map(({ address }) => address).join(' ');
  return `${healthy.length} of ${service.desired} ${service.desired === 1 ? 'task' : 'tasks'} healthy   ${addresses}`;
}
