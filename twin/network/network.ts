import type { Decision } from '../../system/decision.ts';
import type { Service } from '../../system/service.ts';
import type { Addresses } from './address-plan.ts';
import type { Endpoint } from './endpoint.ts';
import type { Member } from './member.ts';

/**
 * The VPC's network on this machine. Tasks take a seat; the twin's own servers listen and dial through it, so that the
 * security groups of both ends decide on every connection.
 */
export interface Network {
  readonly addresses: Addresses;
  /** Gives a task its address and the file its preload reads. */
  seat(service: Service, task: string): Promise<Seat>;
  /** All seats of a service, in the order they joined. */
  seats(serviceId: string): readonly Seat[];
  /** Gives an address to a member other than a task: a balancer, a VPC link. */
  join(member: Omit<Member, 'address'>): Member;
  /** Where to connect on a member's behalf; a denial is reported here. */
  dial(from: Member, to: Member, port: number): Dial;
  /** Makes a server of the twin, already listening at `real`, answer at an endpoint of the plan. */
  publish(address: string, port: number, real: Endpoint): void;
  /** Makes a host name, or an ending such as `.amazonaws.com`, resolve to an address for every task. */
  name(host: string, address: string): void;
  /** Makes a name lead one task alone to an endpoint of its own: its Service Connect proxy. */
  alias(seat: Seat, host: string, port: number, real: Endpoint): void;
  close(): Promise<void>;
}

export type Dial =
  | { readonly allowed: true; readonly host: string; readonly port: number; readonly localAddress: string | undefined }
  | { readonly allowed: false; readonly decision: Decision };

/** What reports a seat's health: the container's own check, or a target group (by ARN). */
export type HealthSource = 'container' | (string & {});

/** A task's place on the network. */
export interface Seat extends Member {
  readonly service: Service;
  readonly task: string;
  /** Variables its processes need: where the network file is. */
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments for `NODE_OPTIONS` of its Node processes. */
  readonly nodeOptions: readonly string[];
  /** Where a port of the task really is. */
  endpoint(port: number): Endpoint;
  /** Whether its processes run, so that balancers may check it. */
  readonly running: boolean;
  /** Whether it was told to stop, so that no new requests go to it. */
  readonly draining: boolean;
  run(): void;
  drain(): void;
  /** Records what a source says of the task's health. */
  report(source: HealthSource, healthy: boolean): void;
  /** What a source reported last; undefined before its first report. */
  health(source: HealthSource): boolean | undefined;
  /** Called after each change of running, draining or health. Returns a function that ends that. */
  watch(listener: () => void): () => void;
  /** Gives the address back. */
  leave(): Promise<void>;
}
