import type { Addresses, Endpoint } from '../plan/address-plan.ts';
import type { Judge } from './judge.ts';
import type { Member } from './member.ts';
import type { TaskSeat } from './task-seat.ts';

/** All a network knows of who is where. */
export interface Directory {
  readonly addresses: Addresses;
  readonly judge: Judge;
  /** By id of the task. */
  readonly seats: Map<string, TaskSeat>;
  /** Balancers and others who are no tasks, by address. */
  readonly members: Map<string, Member>;
  /** `address:port` → where a server of the twin answers for it. */
  readonly published: Map<string, Endpoint>;
  /** Hosts, and endings of hosts with their leading dot, with the address they resolve to. */
  readonly names: Map<string, string>;
  /** Where names lead that security groups let nobody reach. */
  readonly wall: string;
  /** Path of the socket that hears preloads. */
  readonly report: string;
}

/** Whether a name leads to AWS itself, and not to a member with security groups of its own. */
export const leadsToAws = ({ members }: Directory, name: string, address: string): boolean =>
  /(^|\.)(amazonaws\.com|api\.aws)$/.test(name) && (members.get(address)?.groups.length ?? 0) === 0;

/** Addresses at which AWS itself answers, as far as the twin has it. */
export const awsAddresses = (directory: Directory): ReadonlySet<string> =>
  new Set(
    [...directory.names]
      .filter(([name, address]) => leadsToAws(directory, name, address))
      .map(([, address]) => address),
  );

/** Ports of an address at which a server of the twin answers. */
export function publishedPorts({ published }: Directory, address: string): number[] {
  return [...published.keys()]
    .filter((endpoint) => endpoint.startsWith(`${address}:`))
    .map((endpoint) => Number(endpoint.slice(address.length + 1)));
}
