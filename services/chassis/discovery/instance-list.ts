import { errorMessage } from '../error-message.ts';
import type { Random } from '../random.ts';
import type { Log } from '../telemetry/log.ts';
import type { Clock } from '../time/clock.ts';
import type { Deadline } from '../time/deadline.ts';
import type { Discovery } from './discovery.ts';
import type { Instance } from './instance.ts';
import type { Registry } from './registry.ts';

/** How often a registry is asked. */
export interface RefreshProps {
  /** Time from one answer to the next request, give or take a fifth. @default 15000 */
  readonly periodMs?: number;
  /**
   * The same after an instance failed, or while the registry is away or names none; doubles with each failed request in
   * a row, and once if it keeps naming none. @default 1000
   */
  readonly soonMs?: number;
  /** How long to wait for an answer. @default 5000 */
  readonly patienceMs?: number;
}

/** What polling a registry needs from the runtime. */
export interface RefreshRuntime {
  /** Times the requests. */
  readonly clock: Clock;
  /** Spreads the requests of many tasks. */
  readonly random: Random;
  /** Says when the registry goes away and when it is back. */
  readonly log: Log;
}

/**
 * Empty answers in a row before they are believed. A registry that is being rebuilt names no instance while all are
 * fine; but it cannot be doubted for ever, because addresses are reused.
 */
const EMPTY_ANSWERS = 3;

/** The instances a registry names: polled from the start, and kept while it is away. */
export class InstanceList implements Discovery {
  readonly #registry: Registry;
  readonly #runtime: RefreshRuntime;
  readonly #times: Required<RefreshProps>;
  readonly #waiting = new Set<(instances: readonly Instance[]) => void>();
  #known: readonly Instance[] | undefined;
  #emptyAnswers = 0;
  /** Why the registry could not be read, and how many times in a row. */
  #away: { readonly fault: unknown; readonly times: number } | undefined;
  #askedAt = 0;
  #next: { readonly at: number; readonly cancel: () => void } | undefined;
  #stopWaiting = (): void => {};
  #closed = false;

  constructor(registry: Registry, runtime: RefreshRuntime, props: RefreshProps = {}) {
    this.#registry = registry;
    this.#runtime = runtime;
    const { periodMs = 15_000, soonMs = 1_000, patienceMs = 5_000 } = props;
    this.#times = { periodMs, soonMs, patienceMs };
    for (const [name, value] of Object.entries(this.#times)) {
      if (value > 0) continue;
      throw new Error(`${registry.name}: ${name} must be more than 0 milliseconds, got ${value}`);
    }
    void this.#ask();
  }

  instances(deadline: Deadline): readonly Instance[] | Promise<readonly Instance[]> {
    return this.#known ?? this.#firstKnown(deadline);
  }

  doubt(): void {
    // A pending request will settle the doubt; while the registry is away, another would only add to its trouble.
    if (this.#closed || this.#next === undefined || this.#away !== undefined) return;
    const now = this.#runtime.clock.elapsed();
    const at = Math.max(now, this.#askedAt + this.#times.soonMs);
    if (at < this.#next.at) this.#askIn(at - now);
  }

  close(): void {
    this.#closed = true;
    this.#stopWaiting();
    this.#next?.cancel();
  }

  #firstKnown(deadline: Deadline): Promise<readonly Instance[]> {
    return new Promise((resolve, reject) => {
      const told = (instances: readonly Instance[]): void => {
        forget();
        resolve(instances);
      };
      this.#waiting.add(told);
      const forget = deadline.whenOver(() => {
        this.#waiting.delete(told);
        reject(this.#nothingKnown());
      });
    });
  }

  #nothingKnown(): Error {
    const { fault } = this.#away ?? {};
    const why = fault === undefined ? 'none was named so far' : errorMessage(fault);
    return new Error(`no instance of ${this.#registry.name} is known: ${why}`, { cause: fault });
  }

  async #ask(): Promise<void> {
    this.#next = undefined;
    this.#askedAt = this.#runtime.clock.elapsed();
    try {
      this.#heard(await this.#answer());
    } catch (fault) {
      this.#missed(fault);
    }
    if (!this.#closed) this.#askIn(this.#pause() * (0.8 + 0.4 * this.#runtime.random()));
  }

  /** The answer of the registry, if it comes in time. */
  #answer(): Promise<readonly Instance[]> {
    const { patienceMs } = this.#times;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new Error(`no answer within ${patienceMs} ms`));
      this.#stopWaiting = this.#runtime.clock.after(patienceMs, giveUp);
      this.#registry.ask().then(resolve, reject).finally(this.#stopWaiting);
    });
  }

  #heard(answer: readonly Instance[]): void {
    if (this.#away !== undefined) this.#runtime.log.info(`the instances of ${this.#registry.name} can be read again`);
    this.#away = undefined;
    this.#emptyAnswers = answer.length === 0 ? this.#emptyAnswers + 1 : 0;
    if (answer.length === 0 && this.#emptyAnswers < EMPTY_ANSWERS) return;
    // A registry may name them in any order.
    const instances = answer.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    if (this.#known === undefined || !same(this.#known, instances)) this.#known = instances;
    for (const tell of this.#waiting) tell(this.#known);
    this.#waiting.clear();
  }

  #missed(fault: unknown): void {
    if (this.#away === undefined) {
      const left = this.#known === undefined ? 'none are known yet' : 'the last known stay';
      this.#runtime.log.warn(`the instances of ${this.#registry.name} cannot be read, ${left}: ${errorMessage(fault)}`);
    }
    this.#away = { fault, times: (this.#away?.times ?? 0) + 1 };
  }

  /** Time until the next request. */
  #pause(): number {
    const { periodMs, soonMs } = this.#times;
    if (this.#away !== undefined) return Math.min(periodMs, soonMs * 2 ** (this.#away.times - 1));
    if (this.#emptyAnswers === 0) return periodMs;
    // Without instances every call fails, so the first one must be found quickly.
    return Math.min(periodMs, this.#emptyAnswers < EMPTY_ANSWERS ? soonMs : 2 * soonMs);
  }

  #askIn(milliseconds: number): void {
    this.#next?.cancel();
    const { clock } = this.#runtime;
    const cancel = clock.after(milliseconds, () => void this.#ask());
    this.#next = { at: clock.elapsed() + milliseconds, cancel };
  }
}

const same = (ones: readonly Instance[], others: readonly Instance[]): boolean =>
  ones.length === others.length &&
  ones.every(({ id, origin, zone }, at) => {
    const other = others[at]!;
    return id === other.id && origin === other.origin && zone === other.zone;
  });
