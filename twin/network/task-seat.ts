import type { Service } from '../../system/service.ts';
import type { Endpoint } from '../plan/address-plan.ts';
import type { HealthSource, Seat } from './network.ts';

/** What the network does for a seat. */
export interface SeatKeeper {
  /** A place for a port the template does not mention. */
  place(port: number): Endpoint;
  changed(): void;
  left(): void;
}

/** A task's place on the network; its own record of what balancers and names go by. */
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
  /** Names in its `/etc/hosts` alone. */
  readonly aliases = new Map<string, { readonly address: string; readonly ports: Map<number, Endpoint> }>();
  readonly #keeper: SeatKeeper;
  readonly #verdicts = new Map<HealthSource, boolean>();
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

  /** Whether DNS names lead here: once its containers are healthy, or run where none has a check. */
  get discoverable(): boolean {
    const isChecked = this.service.definition.containers.some(({ healthCheck }) => healthCheck);
    return this.#running && !this.#draining && (isChecked ? this.verdict('container') === true : true);
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

  judge(source: HealthSource, healthy: boolean): void {
    if (this.#verdicts.get(source) === healthy) return;
    this.#verdicts.set(source, healthy);
    this.#changed();
  }

  verdict(source: HealthSource): boolean | undefined {
    return this.#verdicts.get(source);
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
