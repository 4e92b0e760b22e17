import type { Endpoint } from '../endpoint.ts';
import type { TaskNetwork } from '../task-network.ts';

/** The task's network as it is now, and what follows from it. */
export interface View {
  /** The content of the network file, which is read again whenever it has changed. */
  current(): TaskNetwork;
  /** Whether a host means the task itself, whose containers share one `localhost`. */
  isSelf(host: string): boolean;
  /** All addresses of a host, an address included; none for an unknown name. */
  resolve(host: string, by: 'lookup' | 'dns'): string[];
  /** Where an endpoint really is; undefined if there is none. */
  place(address: string, port: number): Endpoint | undefined;
  /** Whether the task may open a connection to an endpoint. */
  mayReach(address: string, port: number): boolean;
  /** Whether a port of the task is open to an address. */
  mayEnter(source: string, port: number): boolean;
  /** Records where a port is that the plan does not know. */
  opened(port: number, place: Endpoint): void;
  closed(port: number): void;
}

const { readFileSync, statSync } = require('node:fs') as typeof import('node:fs');
const { isIP } = require('node:net') as typeof import('node:net');
const { hostname } = require('node:os') as typeof import('node:os');

const file = process.env.MOSAIC_TWIN_NETWORK!;
const opened = new Map<number, Endpoint>();
let [stamp, inode, network]: [number, number, TaskNetwork | undefined] = [0, 0, undefined];
let turn = process.pid;

function current(): TaskNetwork {
  try {
    const { mtimeMs, ino } = statSync(file);
    if (mtimeMs !== stamp || ino !== inode) {
      network = JSON.parse(readFileSync(file, 'utf8'));
      [stamp, inode] = [mtimeMs, ino];
    }
  } catch (error) {
    // A twin that ends removes the file; its tasks, which end too, use what they have read.
    if (!network) throw error;
  }
  return network!;
}

const isSelf = (host: string): boolean =>
  ['', 'localhost', '127.0.0.1', '0.0.0.0', '::', '::0', '::1', current().self, hostname()].includes(host);

function resolve(host: string, by: 'lookup' | 'dns'): string[] {
  const name = host
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^::ffff:(?=\d+\.)/, '');
  const { self, names, hosts, suffixes } = current();
  if (isSelf(name)) return [self];
  if (isIP(name)) return [name];
  if (by === 'lookup' && Object.hasOwn(hosts, name)) return [hosts[name]!];
  if (Object.hasOwn(names, name)) return rotated(names[name]!);
  const suffix = suffixes.find(([ending]) => name.endsWith(ending));
  return suffix ? [suffix[1]] : [];
}

/** DNS gives the addresses in changing order, which is the only balancing there is. */
function rotated(addresses: readonly string[]): string[] {
  turn = (turn + 1) % Number.MAX_SAFE_INTEGER;
  const first = turn % Math.max(addresses.length, 1);
  return [...addresses.slice(first), ...addresses.slice(0, first)];
}

function place(address: string, port: number): Endpoint | undefined {
  const { self, real, accepts } = current();
  const known = (address === self ? opened.get(port) : undefined) ?? real[`${address}:${port}`];
  return known ?? (accepts ? [address, port] : undefined);
}

const within = (ranges: readonly (readonly [number, number])[] | undefined, port: number): boolean =>
  ranges?.some(([first, last]) => first <= port && port <= last) ?? false;

function mayReach(address: string, port: number): boolean {
  const { self, reach } = current();
  return address === self || within(reach[address], port);
}

function mayEnter(source: string, port: number): boolean {
  const { self, accepts } = current();
  return accepts === undefined || source === self || within(accepts[source], port);
}

module.exports = {
  current,
  isSelf,
  resolve,
  place,
  mayReach,
  mayEnter,
  opened: (port, at) => void opened.set(port, at),
  closed: (port) => void opened.delete(port),
} satisfies View;
