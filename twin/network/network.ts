import type { Decision } from '../../system/decision.ts';
import type { Service } from '../../system/service.ts';
import type { Member } from './member.ts';

/**
 * Who is where on this machine, and who may talk to whom. Tasks take a seat; the twin's own servers listen and dial
 * through it, so that every connection is judged by the security groups of both ends.
 */
export interface Network {
  /** Whether members have loopback addresses of their own (Linux) or share 127.0.0.1 (a Mac). */
  readonly addresses: 'own' | 'shared';
  /** Gives a task its address and the file its preload reads. */
  seat(service: Service, task: string): Promise<Seat>;
  /** All seats of a service, in the order they joined. */
  seats(serviceId: string): readonly Seat[];
  /** Gives an address to someone who is no task: a balancer, a VPC link. */
  join(member: Omit<Member, 'address'>): Member;
  /** The real endpoint behind a connection the twin itself opens on a member's behalf; a denial is reported here. */
  dial(from: Member, to: Member, port: number): Dial;
  /** Makes a twin's own server, already listening at `real`, answer at an endpoint of the plan. */
  publish(address: string, port: number, real: readonly [host: string, port: number]): void;
  /** Makes a host name, or an ending such as `.amazonaws.com`, resolve to an address for every task. */
  name(host: string, address: string): void;
  /** Makes a name resolve for one task alone to an endpoint of its own: its Service Connect proxy. */
  alias(seat: Seat, host: string, port: number, real: readonly [host: string, port: number]): void;
  close(): Promise<void>;
}

export type Dial =
  | { readonly allowed: true; readonly host: string; readonly port: number; readonly localAddress: string | undefined }
  | { readonly allowed: false; readonly decision: Decision };

/** What a seat's health is judged by: the container's own check, or a target group (by ARN). */
export type HealthSource = 'container' | (string & {});

/** A task's place on the network. */
export interface Seat extends Member {
  readonly service: Service;
  readonly task: string;
  /** Variables its processes need: the network file and what loads the preload. */
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments for `NODE_OPTIONS` of its Node processes. */
  readonly nodeOptions: readonly string[];
  /** Where a port of the task really is. */
  endpoint(port: number): readonly [host: string, port: number];
  /** Its processes run: balancers may begin to check it. */
  readonly running: boolean;
  /** Told to stop: no new requests go to it. */
  readonly draining: boolean;
  run(): void;
  drain(): void;
  /** Records what a source says of its health. */
  judge(source: HealthSource, healthy: boolean): void;
  /** What a source last said; undefined before it said anything. */
  verdict(source: HealthSource): boolean | undefined;
  /** Called after each change of running, draining or a verdict. Returns the way to stop listening. */
  watch(listener: () => void): () => void;
  /** Gives the address back. */
  leave(): Promise<void>;
}
