import type { Resource } from '../../../system/resource.ts';
import type { TargetGroup } from '../../../system/resources/target-group.ts';
import type { Clock } from '../../clock.ts';
import type { Member } from '../../network/member.ts';
import type { Network, Seat } from '../../network/network.ts';
import { ReadySeats } from '../../network/ready-seats.ts';
import { type TargetProblem, watchTarget } from './target-health.ts';

export interface TargetsOptions {
  readonly network: Network;
  readonly balancer: Member;
  readonly group: Resource<TargetGroup>;
  readonly clock: Clock;
}

/** The tasks in one target group: which they are, how healthy they are, and which is next. */
export class Targets {
  readonly #options: TargetsOptions;
  readonly #ports = new Map<Seat, number>();
  readonly #stops = new Map<Seat, () => void>();
  readonly #problems = new Map<Seat, TargetProblem>();
  readonly #underWay = new Map<Seat, number>();
  readonly #ready: ReadySeats;
  #turn = 0;

  constructor(options: TargetsOptions) {
    this.#options = options;
    this.#ready = new ReadySeats((seats) => usable(seats, options.group.ref));
  }

  /** A task joins at a port; it gets requests once it is healthy. */
  add(seat: Seat, port: number): void {
    const { group, ...options } = this.#options;
    this.#ports.set(seat, port);
    this.#ready.add(seat);
    const failed = (problem: TargetProblem): unknown => this.#problems.set(seat, problem);
    const check = { ...options, targetGroup: group.ref, check: group.data.healthCheck, failed };
    this.#stops.set(seat, watchTarget(seat, port, check));
  }

  remove(seat: Seat): void {
    this.#stops.get(seat)?.();
    this.#ready.remove(seat);
    for (const known of [this.#ports, this.#stops, this.#problems, this.#underWay]) known.delete(seat);
  }

  /** What the last failed check of a task said, in AWS's words. */
  problem(seat: Seat): TargetProblem | undefined {
    return this.#problems.get(seat);
  }

  port(seat: Seat): number {
    return this.#ports.get(seat)!;
  }

  /** The next task; undefined if none may get a request. {@link done} ends its turn. */
  next(): Seat | undefined {
    const ready = this.#ready.now;
    if (ready.length === 0) return undefined;
    const first = this.#turn;
    this.#turn = (first + 1) % ready.length;
    let seat = ready[first % ready.length]!;
    if (this.#options.group.data.algorithm === 'least_outstanding_requests') {
      for (let i = 1; i < ready.length; i += 1) {
        const other = ready[(first + i) % ready.length]!;
        if (this.#load(other) < this.#load(seat)) seat = other;
      }
    }
    this.#underWay.set(seat, this.#load(seat) + 1);
    return seat;
  }

  done(seat: Seat): void {
    if (this.#underWay.has(seat)) this.#underWay.set(seat, this.#load(seat) - 1);
  }

  close(): void {
    for (const seat of [...this.#ports.keys()]) this.remove(seat);
  }

  #load(seat: Seat): number {
    return this.#underWay.get(seat) ?? 0;
  }
}

/** The healthy ones; if all are unhealthy, all of them: a balancer fails open. */
const usable = (seats: readonly Seat[], group: string): readonly Seat[] => {
  const registered = seats.filter(({ running, draining }) => running && !draining);
  const healthy = registered.filter((seat) => seat.health(group) === true);
  return healthy.length > 0 ? healthy : registered.filter((seat) => seat.health(group) === false);
};
