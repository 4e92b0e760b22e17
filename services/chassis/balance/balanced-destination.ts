import type { Pool } from 'undici';
import { CallError } from '../call-error.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Instance } from '../discovery/instance.ts';
import { errorMessage } from '../error-message.ts';
import type { Outcome } from '../policy/outcome.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Deadline } from '../time/deadline.ts';
import type { Balancer, Chance } from './balancer.ts';
import type { Candidate } from './candidate.ts';
import { type ConnectionProps, connectionPool } from './connection-pool.ts';
import type { Destination, Lease } from './destination.ts';
import { ObservedCandidate } from './observed-candidate.ts';
import { measurePools } from './pool-metrics.ts';

export interface BalancedDestinationProps extends ConnectionProps {
  /** The service that is called, for errors, log lines and metrics. */
  readonly service: string;
  /** Knows its instances; closed with the destination. */
  readonly discovery: Discovery;
  /** Chooses among them; not shared with other destinations. */
  readonly balancer: Balancer;
}

/** What a balanced destination needs from the runtime. */
export interface BalancedRuntime extends Chance {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The instances of a service, over which the client itself balances. */
export const balancedDestination = (props: BalancedDestinationProps, runtime: BalancedRuntime): Destination =>
  new BalancedDestination(props, runtime);

class BalancedDestination implements Destination {
  readonly connectRetriedBy = 'chassis';
  readonly #props: BalancedDestinationProps;
  readonly #runtime: BalancedRuntime;
  /** The latest answer of the discovery. */
  #instances: readonly Instance[] = [];
  #candidates: readonly Candidate[] = [];
  #leases: ReadonlyMap<Candidate, InstanceLease> = new Map();
  /** Functions that remove the gauges. */
  readonly #gauges: readonly (() => void)[];
  #closed: Promise<void> | undefined;

  constructor(props: BalancedDestinationProps, runtime: BalancedRuntime) {
    this.#props = props;
    this.#runtime = runtime;
    const { metrics } = runtime;
    const labels = { dependency: props.service };
    this.#gauges = [
      measurePools(metrics, props.service, () => this.#pools()),
      metrics.gauge('instances.known', labels, () => this.#candidates.length),
      metrics.gauge('instances.ejected', labels, () => this.#ejected()),
    ];
  }

  lease(deadline: Deadline, avoid?: Lease): Lease | Promise<Lease> {
    let instances: readonly Instance[] | Promise<readonly Instance[]>;
    try {
      instances = this.#props.discovery.instances(deadline);
    } catch (error) {
      throw this.#nowhere(errorMessage(error), error);
    }
    if (!(instances instanceof Promise)) return this.#choose(instances, avoid);
    return instances.then(
      (known) => this.#choose(known, avoid),
      (error) => Promise.reject(this.#nowhere(errorMessage(error), error)),
    );
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const takeBack of this.#gauges) takeBack();
    this.#props.discovery.close();
    await Promise.all([...this.#pools()].map((pool) => pool.close()));
  }

  #choose(instances: readonly Instance[], avoid: Lease | undefined): Lease {
    if (instances !== this.#instances) this.#follow(instances);
    const { service, balancer } = this.#props;
    if (this.#candidates.length === 0) throw this.#nowhere(`no instance of ${service} is registered`);
    const among = avoid === undefined ? this.#candidates : this.#others(avoid);
    const picked = balancer.pick(among, this.#runtime);
    const lease = this.#leases.get(picked);
    if (lease === undefined) {
      const got = picked ? 'something else' : 'nothing';
      throw new Error(`client of ${service}: pick of its balancer must return one of its candidates, got ${got}`);
    }
    lease.candidate.begin();
    return lease;
  }

  #nowhere(why: string, cause?: unknown): CallError {
    const detail = `cannot be reached: ${why}`;
    return new CallError(this.#props.service, { kind: 'unavailable', sent: false }, detail, cause);
  }

  /** Candidates for a second attempt: others without a recent failure, else any other, else all. */
  #others(avoid: Lease): readonly Candidate[] {
    const others = this.#candidates.filter((candidate) => this.#leases.get(candidate) !== avoid);
    const sound = others.filter(({ consecutiveFailures }) => consecutiveFailures === 0);
    if (sound.length > 0) return sound;
    return others.length > 0 ? others : this.#candidates;
  }

  /** Opens a pool for each new instance and closes the pools of instances that are gone. */
  #follow(instances: readonly Instance[]): void {
    const known = new Map([...this.#leases.values()].map((lease) => [keyOf(lease.candidate.instance), lease]));
    const now = this.#runtime.clock.elapsed();
    const usual = this.#usualResponseTime(now);
    // By key, so that an instance named twice counts once.
    const leases = new Map<string, InstanceLease>();
    for (const instance of instances) {
      const key = keyOf(instance);
      const lease = leases.get(key) ?? known.get(key) ?? this.#open(new ObservedCandidate(instance, now, usual));
      leases.set(key, lease);
      known.delete(key);
    }
    for (const lease of known.values()) lease.leave();
    this.#instances = instances;
    this.#leases = new Map([...leases.values()].map((lease) => [lease.candidate, lease]));
    this.#candidates = [...this.#leases.keys()];
  }

  #open(candidate: ObservedCandidate): InstanceLease {
    const pool = connectionPool(candidate.instance.origin, this.#props);
    return new InstanceLease(candidate, pool, (outcome, milliseconds) => this.#ended(candidate, outcome, milliseconds));
  }

  #ended(candidate: ObservedCandidate, outcome: Outcome, milliseconds: number): void {
    const { balancer, discovery } = this.#props;
    const now = this.#runtime.clock.elapsed();
    const wasOut = candidate.ejectedUntil > now;
    candidate.end(outcome, milliseconds, now);
    try {
      balancer.ended?.(candidate, outcome, this.#runtime);
    } catch (error) {
      // The attempt ended as it did, whatever the rule makes of it.
      this.#runtime.log.error('ended of the balancer threw; correct it', { dependency: this.#props.service, error });
    }
    if (outcome === 'failure') discovery.doubt();
    if (!wasOut && candidate.ejectedUntil > now) this.#tellOfEjection(candidate);
  }

  #tellOfEjection({ instance, consecutiveFailures, ejectedForMs }: Candidate): void {
    const { id, origin } = instance;
    const message = `left out for ${ejectedForMs} ms after ${consecutiveFailures} failures in a row`;
    this.#runtime.log.warn(message, { dependency: this.#props.service, instance: id, origin });
  }

  #usualResponseTime(now: number): number {
    const sum = this.#candidates.reduce((total, candidate) => total + candidate.responseTime(now), 0);
    return sum === 0 ? 0 : sum / this.#candidates.length;
  }

  #ejected(): number {
    const now = this.#runtime.clock.elapsed();
    return this.#candidates.filter(({ ejectedUntil }) => ejectedUntil > now).length;
  }

  *#pools(): Iterable<Pool> {
    for (const { dispatcher } of this.#leases.values()) yield dispatcher;
  }
}

/** The connections to one instance, kept until it is gone and its last attempt is done. */
class InstanceLease implements Lease {
  readonly candidate: ObservedCandidate;
  readonly dispatcher: Pool;
  readonly origin: string;
  readonly pathPrefix = '';
  readonly #ended: (outcome: Outcome, milliseconds: number) => void;
  #gone = false;

  constructor(candidate: ObservedCandidate, pool: Pool, ended: (outcome: Outcome, milliseconds: number) => void) {
    this.candidate = candidate;
    this.dispatcher = pool;
    this.origin = candidate.instance.origin;
    this.#ended = ended;
  }

  done(outcome: Outcome, milliseconds: number): void {
    this.#ended(outcome, milliseconds);
    if (this.#gone) this.leave();
  }

  /** Closes the connections once the last attempt is done: an attempt that has its lease may not have been sent yet. */
  leave(): void {
    this.#gone = true;
    if (this.candidate.inFlight === 0) void this.dispatcher.close();
  }
}

const keyOf = ({ id, origin }: Instance): string => `${id} ${origin}`;
