import type { Service } from '../../system/service.ts';
import type { Seat } from '../network/network.ts';
import type { TargetProblem } from '../traffic/balancer/target-health.ts';

/** What a task is watched by, and who learns how it is. */
export interface TaskHealthOptions {
  readonly seat: Seat;
  readonly service: Service;
  /** Containers with a health check. */
  readonly checked: readonly string[];
  /** Longest the task may take to become healthy, in milliseconds. */
  readonly patienceMs: number;
  readonly problem: (targetGroup: string) => TargetProblem | undefined;
  /** What the last failed check of a container wrote. */
  readonly checkOutput: (container: string) => string;
  readonly healthy: () => void;
  /** The task must be replaced. */
  readonly unhealthy: (why: string) => void;
}

/** A task without checks counts as healthy once it has lived this long; one that cannot start is gone by then. */
const SETTLED_MS = 1000;

/** Decides whether a task is healthy, as ECS does: by its containers' checks and, after a grace period, its targets. */
export class TaskHealth {
  readonly #options: TaskHealthOptions;
  readonly #groups: readonly string[];
  readonly #containers = new Map<string, boolean>();
  readonly #timers: NodeJS.Timeout[];
  readonly #unwatch: () => void;
  readonly #sources: readonly string[];
  #inGrace: boolean;
  #isSettled: boolean;
  #state: 'starting' | 'healthy' | 'over' = 'starting';

  constructor(options: TaskHealthOptions) {
    const { seat, service, patienceMs } = options;
    this.#options = options;
    this.#groups = [...new Set(service.targets.map(({ targetGroup }) => targetGroup))];
    this.#sources = options.checked.length > 0 ? ['container', ...this.#groups] : this.#groups;
    this.#inGrace = service.healthCheckGraceSeconds > 0;
    this.#isSettled = this.#sources.length > 0;
    this.#timers = [
      setTimeout(() => this.#settle(), SETTLED_MS),
      setTimeout(() => this.#endGrace(), service.healthCheckGraceSeconds * 1000),
      setTimeout(() => this.#giveUp(), patienceMs),
    ];
    this.#unwatch = seat.watch(() => this.#decide());
    this.#decide();
  }

  /** Records the result of a container's check; a task is healthy if all its checked containers are. */
  record(container: string, healthy: boolean): void {
    this.#containers.set(container, healthy);
    const { seat, checked } = this.#options;
    if (!healthy) seat.report('container', false);
    else if (checked.every((name) => this.#containers.get(name))) seat.report('container', true);
  }

  stop(): void {
    this.#state = 'over';
    this.#unwatch();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #decide(): void {
    const { seat, checked, healthy, problem } = this.#options;
    if (this.#state === 'over') return;
    if (checked.length > 0 && seat.health('container') === false) {
      this.#fail(this.#containerProblem());
      return;
    }
    const refused = this.#groups.filter((group) => seat.health(group) === false);
    const fatal = refused.find((group) => !this.#inGrace || problem(group)?.final);
    if (fatal !== undefined) {
      this.#fail(`target group ${fatal} finds it unhealthy: ${problem(fatal)?.why ?? 'its checks fail'}`);
      return;
    }
    if (this.#state !== 'starting' || !this.#isSettled || !seat.running) return;
    if (this.#sources.every((source) => seat.health(source))) {
      this.#state = 'healthy';
      healthy();
    }
  }

  #settle(): void {
    this.#isSettled = true;
    this.#decide();
  }

  #endGrace(): void {
    this.#inGrace = false;
    this.#decide();
  }

  #giveUp(): void {
    if (this.#state !== 'starting') return;
    const { seat, checked, patienceMs, problem } = this.#options;
    const group = this.#groups.find((each) => !seat.health(each));
    const cause =
      checked.length > 0 && !seat.health('container')
        ? this.#containerProblem()
        : `target group ${group} does not find it healthy: ${problem(group ?? '')?.why ?? 'no answer'}`;
    this.#fail(`not healthy within ${patienceMs / 1000} s: ${cause}`);
  }

  #fail(why: string): void {
    this.stop();
    this.#options.unhealthy(why);
  }

  #containerProblem(): string {
    const { checked, checkOutput } = this.#options;
    const failing = checked.find((name) => !this.#containers.get(name)) ?? '';
    const said = checkOutput(failing).split('\n').at(-1);
    return `the health check of container ${failing} fails${said ? `: ${said}` : ''}`;
  }
}
