import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../../system/service.ts';
import type { System } from '../../system/system.ts';
import { connectionDenial, type Denial } from '../report/denial.ts';
import type { Addresses, AddressPlan } from './address-plan.ts';
import type { Directory } from './directory.ts';
import type { Endpoint } from './endpoint.ts';
import { isFree } from './loopback.ts';
import type { Member } from './member.ts';
import type { Dial, Network, Seat } from './network.ts';
import { refusedCall, refusedCaller } from './refused-call.ts';
import { RememberedReach } from './remembered-reach.ts';
import type { ReportSocket } from './report-socket.ts';
import { TASK_NETWORK_FILE, type TaskReport } from './task-network.ts';
import { TaskSeat } from './task-seat.ts';
import { taskView } from './task-view.ts';

export interface LoopbackNetworkOptions {
  readonly system: System;
  readonly plan: AddressPlan;
  readonly reports: ReportSocket;
  /** Folder of the files that tasks read. */
  readonly files: string;
  /** What tasks load before their own code. */
  readonly preload: string;
  readonly denied: (denial: Denial) => void;
  /** Gives back the addresses and ports the network was opened with. */
  readonly release: () => Promise<void>;
}

/** Equal refusals within this time are reported once, because clients retry. */
const SAME_DENIAL_MS = 1000;
/** A port at which nothing listens. */
const NOWHERE: Endpoint = ['127.0.0.1', 1];

/** A network on the loopback of this machine. */
export class LoopbackNetwork implements Network {
  readonly #options: LoopbackNetworkOptions;
  readonly #directory: Directory;
  readonly #written = new Map<string, string>();
  readonly #denials = new Map<string, number>();
  #stale = false;
  #closed = false;

  constructor(options: LoopbackNetworkOptions) {
    this.#options = options;
    this.#directory = {
      addresses: options.plan.addresses,
      reach: new RememberedReach(options.system),
      seats: new Map(),
      members: new Map(),
      published: new Map(),
      names: new Map(),
      wall: options.plan.take(),
      report: options.reports.path,
    };
    options.reports.watch((report) => this.#hear(report));
  }

  get addresses(): Addresses {
    return this.#directory.addresses;
  }

  async seat(service: Service, task: string): Promise<Seat> {
    const { plan, files, preload } = this.#options;
    const address = plan.take();
    const environment = { [TASK_NETWORK_FILE]: join(files, `${task}.json`) };
    const nodeOptions = [`--require=${preload}`];
    const seat = new TaskSeat(
      service,
      task,
      { address, environment, nodeOptions },
      {
        place: (port) => this.#place(seat, port),
        changed: () => this.#changed(),
        left: () => this.#left(seat),
      },
    );
    for (const port of portsOf(service))
      if (plan.moves(port) || !(await isFree([address, port])))
        seat.places.set(port, await this.#freePlace(address, port));
    for (const { ingressPort, containerPort } of service.connect?.endpoints ?? [])
      if (ingressPort !== containerPort) seat.places.set(ingressPort, seat.endpoint(containerPort));
    this.#directory.seats.set(task, seat);
    this.#write();
    return seat;
  }

  seats(serviceId: string): readonly Seat[] {
    return [...this.#directory.seats.values()].filter(({ service }) => service.id === serviceId);
  }

  join(newcomer: Omit<Member, 'address'>): Member {
    const member = { ...newcomer, address: this.#options.plan.take() };
    this.#directory.members.set(member.address, member);
    this.#changed();
    return member;
  }

  dial(from: Member, to: Member, port: number): Dial {
    const decision = this.#directory.reach.connect(from, to, port);
    if (decision.verdict === 'deny' && from.address !== to.address) {
      this.#deny(connectionDenial(from.name, `${to.name}:${port}`, decision));
      return { allowed: false, decision };
    }
    // The task must know its caller before the connection arrives.
    if (this.#stale) this.#write();
    const [host, real] = this.#endpoint(to, port);
    return { allowed: true, host, port: real, localAddress: this.addresses === 'own' ? from.address : undefined };
  }

  publish(address: string, port: number, real: Endpoint): void {
    this.#directory.published.set(`${address}:${port}`, real);
    this.#changed();
  }

  name(host: string, address: string): void {
    this.#directory.names.set(host.toLowerCase(), address);
    this.#changed();
  }

  alias({ task }: Seat, host: string, port: number, real: Endpoint): void {
    const { aliases } = this.#directory.seats.get(task)!;
    const name = host.toLowerCase();
    const alias = aliases.get(name) ?? { address: `127.255.0.${aliases.size + 1}`, ports: new Map() };
    alias.ports.set(port, real);
    aliases.set(name, alias);
    this.#changed();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#options.reports.close();
    await this.#options.release();
    rmSync(this.#options.files, { recursive: true, force: true });
  }

  /** Where an endpoint of a member really is. */
  #endpoint(to: Member, port: number): Endpoint {
    const seat = [...this.#directory.seats.values()].find(({ address }) => address === to.address);
    const known = this.#directory.published.get(`${to.address}:${port}`) ?? seat?.endpoint(port);
    return known ?? (this.addresses === 'own' ? [to.address, port] : NOWHERE);
  }

  #place(seat: TaskSeat, port: number): Endpoint {
    const { plan } = this.#options;
    if (!plan.moves(port)) return [seat.address, port];
    const place = plan.place(seat.address, port);
    seat.places.set(port, place);
    this.#changed();
    return place;
  }

  async #freePlace(address: string, port: number): Promise<Endpoint> {
    const place = this.#options.plan.place(address, port);
    return this.addresses === 'own' || (await isFree(place)) ? place : this.#freePlace(address, port);
  }

  #left({ task, address }: TaskSeat): void {
    const { seats, published } = this.#directory;
    seats.delete(task);
    for (const endpoint of published.keys()) if (endpoint.startsWith(`${address}:`)) published.delete(endpoint);
    this.#options.plan.release(address);
    this.#written.delete(task);
    rmSync(this.#file(task), { force: true });
    this.#changed();
  }

  /** Changes of the same moment are written together. */
  #changed(): void {
    if (this.#stale) return;
    this.#stale = true;
    setImmediate(() => this.#stale && this.#write());
  }

  #write(): void {
    this.#stale = false;
    if (this.#closed) return;
    for (const [task, seat] of this.#directory.seats) {
      const text = JSON.stringify(taskView(this.#directory, seat));
      if (this.#written.get(task) === text) continue;
      // Renamed into place, so that nobody reads half a file.
      writeFileSync(`${this.#file(task)}.new`, text);
      renameSync(`${this.#file(task)}.new`, this.#file(task));
      this.#written.set(task, text);
    }
  }

  #file(task: string): string {
    return join(this.#options.files, `${task}.json`);
  }

  #hear(report: TaskReport): void {
    const seat = this.#directory.seats.get(report.task);
    if (!seat) return;
    if ('listens' in report) {
      seat.places.set(report.listens, report.at);
      this.#changed();
      return;
    }
    const refused =
      'to' in report
        ? refusedCall(this.#directory, seat, report.to, report.host)
        : refusedCaller(this.#directory, report.from, seat, report.port);
    if (refused) this.#deny(refused);
  }

  #deny(refused: Denial & { to?: string }): void {
    const now = Date.now();
    for (const [key, at] of this.#denials) if (now - at >= SAME_DENIAL_MS) this.#denials.delete(key);
    const key = `${refused.from} ${refused.to}`;
    if (this.#denials.has(key)) return;
    this.#denials.set(key, now);
    this.#options.denied(refused);
  }
}

/** Every port the template gives the tasks of a service. */
const portsOf = ({ definition, targets, connect }: Service): ReadonlySet<number> =>
  new Set([
    ...definition.containers.flatMap(({ ports }) => ports.map(({ port }) => port)),
    ...targets.map(({ port }) => port),
    ...(connect?.endpoints ?? []).map(({ containerPort }) => containerPort),
  ]);
