import { answerOr, type Degradable, type Fallback } from '../policy/degradable.ts';
import type { Failure, Guard, GuardedCall } from '../policy/guard.ts';
import type { Runtime } from '../runtime.ts';
import type { Log } from '../telemetry/log.ts';
import type { Clock } from '../time/clock.ts';
import { type CallMeter, callMeter } from './call-meter.ts';
import type { CallPolicies } from './call-policies.ts';
import { ForeignCall, TookTooLong } from './foreign-call.ts';
import { serviceGuard } from './service-guard.ts';

/** What a dependency guard is made of. */
export interface DependencyGuardProps {
  /** Name of the dependency, for errors, metrics, `/breakers` and `calls.<service>` in the config. */
  readonly service: string;
  /** Longest a call may take in all, and an attempt unless the config says otherwise. */
  readonly timeoutMs: number;
  /**
   * What an attempt's error means; not asked about an attempt that ran out of time, which has failed. @default - the
   * dependency failed, and another attempt may be made
   */
  readonly classify?: (error: unknown) => Failure;
  /** Policies of your own, or their no-ops. @default - all of them */
  readonly policies?: Partial<CallPolicies> | undefined;
}

/** The policies of one dependency; disposing of it removes them from metrics and `/breakers`. */
export type DependencyGuard = Guard & Disposable;

/**
 * Protects calls that no client makes, such as to a database or a third-party API, the way a client protects its own.
 */
export function dependencyGuard(props: DependencyGuardProps, runtime: Runtime): DependencyGuard {
  const { service, timeoutMs, classify = itFailed, policies } = props;
  const meaning = (error: unknown): Failure => (error instanceof TookTooLong ? itFailed() : classify(error));
  return new ForeignGuard(serviceGuard({ service, timeoutMs, classify: meaning, policies }, runtime), props, runtime);
}

class ForeignGuard implements DependencyGuard {
  readonly #guard: DependencyGuard;
  readonly #props: DependencyGuardProps;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #meter: CallMeter;

  constructor(guard: DependencyGuard, props: DependencyGuardProps, runtime: Runtime) {
    this.#guard = guard;
    this.#props = props;
    this.#clock = runtime.clock;
    this.#log = runtime.log;
    this.#meter = callMeter(props.service, 'guarded', runtime);
  }

  async execute<T>(call: GuardedCall<T>): Promise<T> {
    const began = this.#clock.elapsed();
    const foreign = new ForeignCall(this.#props.service, call, this.#props.timeoutMs);
    try {
      const value = await this.#guard.execute(foreign);
      this.#meter.succeeded(began, foreign);
      return value;
    } catch (error) {
      this.#meter.failed(error, began, foreign);
      throw error;
    } finally {
      foreign.deadline.settle();
    }
  }

  async executeOr<T, P extends string>(call: GuardedCall<T>, fallback: Fallback<T, P>): Promise<Degradable<T, P>> {
    const answer = await answerOr(this.execute(call), fallback, call.deadline);
    if (answer.kind === 'degraded') this.#meter.degraded(answer.why, this.#log);
    return answer;
  }

  [Symbol.dispose](): void {
    this.#guard[Symbol.dispose]();
  }
}

const itFailed = (): Failure => ({ outcome: 'failure', retry: true });
