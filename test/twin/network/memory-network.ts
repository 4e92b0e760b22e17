import type { Service } from '../../../system/service.ts';
import type { Endpoint } from '../../../twin/network/endpoint.ts';
import type { Member } from '../../../twin/network/member.ts';
import type { Dial, Network, Seat } from '../../../twin/network/network.ts';
import { TaskSeat } from '../../../twin/network/task-seat.ts';

/** A network without files or security groups: what is denied is told to it. */
export class MemoryNetwork implements Network {
  readonly addresses = 'shared';
  readonly published = new Map<string, Endpoint>();
  readonly names = new Map<string, string>();
  /** `task host:port` → the task's own proxy. */
  readonly aliases = new Map<string, Endpoint>();
  /** `from to:port` of connections that are refused. */
  readonly denied = new Set<string>();
  readonly denials: string[] = [];
  readonly #seats = new Map<string, TaskSeat>();
  #count = 0;

  async seat(service: Service, task: string): Promise<TaskSeat> {
    const seat = new TaskSeat(
      service,
      task,
      { address: this.#address(), environment: {}, nodeOptions: [] },
      { place: () => NOWHERE, changed: () => {}, left: () => this.#seats.delete(task) },
    );
    this.#seats.set(task, seat);
    return seat;
  }

  seats(serviceId: string): readonly TaskSeat[] {
    return [...this.#seats.values()].filter(({ service }) => service.id === serviceId);
  }

  join(member: Omit<Member, 'address'>): Member {
    return { ...member, address: this.#address() };
  }

  dial(from: Member, to: Member, port: number): Dial {
    const connection = `${from.name} ${to.name}:${port}`;
    if (this.denied.has(connection)) {
      this.denials.push(connection);
      return { allowed: false, decision: { verdict: 'deny', why: 'no rule', missing: 'a rule', fix: 'add a rule' } };
    }
    const real = this.published.get(`${to.address}:${port}`) ?? (to instanceof TaskSeat ? to.endpoint(port) : NOWHERE);
    return { allowed: true, host: real[0], port: real[1], localAddress: undefined };
  }

  publish(address: string, port: number, real: Endpoint): void {
    this.published.set(`${address}:${port}`, real);
  }

  name(host: string, address: string): void {
    this.names.set(host, address);
  }

  alias(seat: Seat, host: string, port: number, real: Endpoint): void {
    this.aliases.set(`${seat.task} ${host}:${port}`, real);
  }

  /** The URL behind an alias of a task. */
  url(seat: Seat, alias: string): string {
    const real = this.aliases.get(`${seat.task} ${alias}`);
    if (real === undefined) throw new Error(`${seat.task} knows no ${alias}`);
    return `http://127.0.0.1:${real[1]}`;
  }

  async close(): Promise<void> {}

  #address(): string {
    return `127.0.0.${++this.#count + 1}`;
  }
}

/** A port where nothing listens. */
const NOWHERE: Endpoint = ['127.0.0.1', 1];
