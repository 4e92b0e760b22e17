import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from '../../../system/service.ts';
import type { Clock } from '../../../twin/network/clock.ts';
import type { Member } from '../../../twin/network/member.ts';
import type { Dial, HealthSource, Network, Seat } from '../../../twin/network/network.ts';

type Real = readonly [host: string, port: number];

/** A network without files or security groups: what is denied is told to it. */
export class MemoryNetwork implements Network {
  readonly addresses = 'shared';
  readonly published = new Map<string, Real>();
  readonly names = new Map<string, string>();
  /** `task host:port` → the task's own proxy. */
  readonly aliases = new Map<string, Real>();
  /** `from to:port` of connections that are refused. */
  readonly denied = new Set<string>();
  readonly denials: string[] = [];
  readonly #seats: MemorySeat[] = [];
  #count = 0;

  async seat(service: Service, task: string): Promise<MemorySeat> {
    const seat = new MemorySeat(service, task, `127.0.0.${++this.#count + 1}`, () => this.#leave(seat));
    this.#seats.push(seat);
    return seat;
  }

  seats(serviceId: string): readonly MemorySeat[] {
    return this.#seats.filter(({ service }) => service.id === serviceId);
  }

  join(member: Omit<Member, 'address'>): Member {
    return { ...member, address: `127.0.0.${++this.#count + 1}` };
  }

  dial(from: Member, to: Member, port: number): Dial {
    const connection = `${from.name} ${to.name}:${port}`;
    if (this.denied.has(connection)) {
      this.denials.push(connection);
      return { allowed: false, decision: { verdict: 'deny', why: 'no rule', missing: 'a rule', fix: 'add a rule' } };
    }
    const real =
      this.published.get(`${to.address}:${port}`) ?? (to instanceof MemorySeat ? to.endpoint(port) : NOWHERE);
    return { allowed: true, host: real[0], port: real[1], localAddress: undefined };
  }

  publish(address: string, port: number, real: Real): void {
    this.published.set(`${address}:${port}`, real);
  }

  name(host: string, address: string): void {
    this.names.set(host, address);
  }

  alias(seat: Seat, host: string, port: number, real: Real): void {
    this.aliases.set(`${seat.task} ${host}:${port}`, real);
  }

  /** The URL behind an alias of a task. */
  url(seat: Seat, alias: string): string {
    const real = this.aliases.get(`${seat.task} ${alias}`);
    if (real === undefined) throw new Error(`${seat.task} knows no ${alias}`);
    return `http://127.0.0.1:${real[1]}`;
  }

  async close(): Promise<void> {}

  #leave(seat: MemorySeat): void {
    this.#seats.splice(this.#seats.indexOf(seat), 1);
  }
}

/** A port where nothing listens. */
const NOWHERE: Real = ['127.0.0.1', 1];

export class MemorySeat implements Seat {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly groups: readonly string[];
  readonly vpcAddress: string | undefined;
  readonly environment = {};
  readonly nodeOptions: readonly string[] = [];
  readonly places = new Map<number, Real>();
  readonly service: Service;
  readonly task: string;
  readonly address: string;
  running = false;
  draining = false;
  readonly #left: () => void;
  readonly #verdicts = new Map<HealthSource, boolean>();
  readonly #listeners = new Set<() => void>();

  constructor(service: Service, task: string, address: string, left: () => void) {
    this.id = `${service.name}/${task}`;
    this.name = service.name;
    this.path = service.path;
    this.groups = service.groups;
    this.vpcAddress = service.vpcAddress;
    this.service = service;
    this.task = task;
    this.address = address;
    this.#left = left;
  }

  endpoint(port: number): Real {
    return this.places.get(port) ?? NOWHERE;
  }

  run(): void {
    this.running = true;
    this.#changed();
  }

  drain(): void {
    this.draining = true;
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
    this.#left();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Time that passes only when told to; callbacks run in their order. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #waiting = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const wait = { at: this.#now + ms, callback };
    this.#waiting.add(wait);
    return () => this.#waiting.delete(wait);
  }

  /** How long each callback still waits. */
  get waits(): number[] {
    return [...this.#waiting].map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const wait of [...this.#waiting].filter(({ at }) => at <= this.#now)) {
      this.#waiting.delete(wait);
      wait.callback();
    }
  }
}

const closers: (() => unknown)[] = [];

/** Runs at the end of the test, last come first. */
export const atEnd = (close: () => unknown): void => {
  closers.push(close);
};

export const closeAll = async (): Promise<void> => {
  for (let close = closers.pop(); close; close = closers.pop()) await close();
};

/** A server on this machine that ends with the test. */
export const serve = async (handle: RequestListener): Promise<Real> => {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return ['127.0.0.1', (server.address() as AddressInfo).port];
};

export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
};
