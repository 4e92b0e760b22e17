import type { Service } from '../../system/service.ts';
import type { Endpoint } from './endpoint.ts';
import type { HealthSource, Seat } from './network.ts';

/** What the network does for a seat. */
export interface SeatKeeper {
  /** Where a port really is that the template does not mention. */
  place(port: number): Endpoint;
  changed(): void;
  left(): void;
}

/** A task's place on the network, with the state that decides whether it gets requests. */
export class TaskSeat implements Seat {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly groups: readonly string[];
  readonly vpcAddress: string | undefined;
  readonly address: string;
  readonly service: Service;
  readonly task: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly nodeOptions: readonly string[];
  /** Ports of the task that really are elsewhere. */
  readonly places = new Map<number, Endpoint>();
  /** Names that only its own `/etc/hosts` has. */
  readonly aliases = new Map<string, { readonly address: string; readonly ports: Map<number, Endpoint> }>();
  readonly #keeper: SeatKeeper;
  readonly #health = new Map<HealthSource, boolean>();
  readonly #listeners = new Set<() => void>();
  #running = false;
  #draining = false;
  #left = false;

  constructor(
    service: Service,
    task: string,
    given: Pick<Seat, 'address' | 'environment' | 'nodeOptions'>,
    keeper: SeatKeeper,
  ) {
    this.id = `${service.name}/${task}`;
    this.name = service.name;
    this.path = service.path;
    this.groups = service.groups;
    this.vpcAddress = service.vpcAddress;
    this.service = service;
    this.task = task;
    this.address = given.address;
    this.environment = given.environment;
    this.nodeOptions = given.nodeOptions;
    this.#keeper = keeper;
  }

  get running(): boolean {
    return this.#running;
  }

  get draining(): boolean {
    return this.#draining;
  }

  endpoint(port: number): Endpoint {
    return this.places.get(port) ?? this.#keeper.place(port);
  }

  run(): void {
    if (this.#running) return;
    this.#running = true;
    this.#changed();
  }

  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#changed();
  }

  report(source: HealthSource, healthy: boolean): void {
    if (this.#health.get(source) === healthy) return;
    this.#health.set(source, healthy);
    this.#changed();
  }

  health(source: HealthSource): boolean | undefined {
    return this.#health.get(source);
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    this.#keeper.left();
  }

  #changed(): void {
    this.#keeper.changed();
    for (const listener of [...this.#listeners]) listener();
  }
}
