import type { Addresses } from './address-plan.ts';
import type { Endpoint } from './endpoint.ts';
import type { Member } from './member.ts';
import type { RememberedReach } from './remembered-reach.ts';
import type { TaskSeat } from './task-seat.ts';

/** All that a network knows about its members. */
export interface Directory {
  readonly addresses: Addresses;
  readonly reach: RememberedReach;
  /** By id of the task. */
  readonly seats: Map<string, TaskSeat>;
  /** Members other than tasks, such as balancers, by address. */
  readonly members: Map<string, Member>;
  /** `address:port` → where a server of the twin really answers for it. */
  readonly published: Map<string, Endpoint>;
  /** Hosts, and endings of hosts with their leading dot → the address they resolve to. */
  readonly names: Map<string, string>;
  /** The address of names that security groups do not let the task reach: nothing listens there. */
  readonly wall: string;
  /** Path of the socket to which preloads report. */
  readonly report: string;
}

/** Whether a name leads to AWS itself, not to a member with security groups of its own. */
export const leadsToAws = ({ members }: Directory, name: string, address: string): boolean =>
  /(^|\.)(amazonaws\.com|api\.aws)$/.test(name) && (members.get(address)?.groups.length ?? 0) === 0;

/** Addresses at which the twin answers for AWS itself. */
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
