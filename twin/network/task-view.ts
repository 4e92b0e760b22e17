import { includesPort, type PortRange } from '../../system/reach/port-range.ts';
import { awsAddresses, type Directory, leadsToAws, publishedPorts } from './directory.ts';
import { isReachableByName } from './ready-seats.ts';
import type { TaskNetwork } from './task-network.ts';
import type { TaskSeat } from './task-seat.ts';

/** The part of the network that one task sees. */
export function taskView(directory: Directory, seat: TaskSeat): TaskNetwork {
  const { addresses, seats, report } = directory;
  const others = [...seats.values()].filter((other) => other !== seat);
  const aws = awsNames(directory, seat);
  return {
    task: seat.task,
    self: seat.address,
    names: { ...discovered(seats.values()), ...aws.names },
    suffixes: aws.suffixes.toSorted(([a], [b]) => b.length - a.length),
    hosts: Object.fromEntries([...seat.aliases].map(([host, { address }]) => [host, address])),
    real: real(directory, seat),
    reach: Object.fromEntries([...reachable(directory, seat, others), ...free(directory, seat)]),
    accepts: addresses === 'own' ? accepted(directory, seat, others) : undefined,
    report,
  };
}

type Ports = readonly [address: string, ranges: readonly PortRange[]];

/** Names in Cloud Map → addresses of the tasks found by them. */
function discovered(seats: Iterable<TaskSeat>): Record<string, string[]> {
  const found = [...seats]
    .filter(isReachableByName)
    .flatMap(({ service, address }) => service.dnsNames.map((name) => ({ name: name.toLowerCase(), address })));
  const byName = Map.groupBy(found, ({ name }) => name);
  return Object.fromEntries([...byName].map(([name, each]) => [name, each.map(({ address }) => address)]));
}

/** Names of the twin's servers; names of AWS that the task may not reach lead to the wall. */
function awsNames(directory: Directory, seat: TaskSeat) {
  const names: Record<string, string[]> = {};
  const suffixes: [ending: string, address: string][] = [];
  const add = (name: string, address: string) => {
    if (name.startsWith('.')) suffixes.push([name, address]);
    else names[name] = [address];
  };
  for (const [name, address] of directory.names) {
    if (!leadsToAws(directory, name, address)) {
      add(name, address);
      continue;
    }
    const lead = (host: string) =>
      directory.reach.aws(seat, host, 443).verdict === 'allow' ? address : directory.wall;
    const usual = lead(name.replace(/^\./, ''));
    add(name, usual);
    if (!name.startsWith('.')) continue;
    for (const host of directory.reach.awsHosts.filter((each) => each.endsWith(name) && lead(each) !== usual)) {
      if (!directory.names.has(host)) add(host, lead(host));
      add(`.${host}`, lead(host));
    }
  }
  return { names, suffixes };
}

function real({ seats, published }: Directory, seat: TaskSeat): TaskNetwork['real'] {
  const places = [...seats.values()].flatMap(({ address, places }) =>
    [...places].map(([port, endpoint]) => [`${address}:${port}`, endpoint] as const),
  );
  const aliases = [...seat.aliases.values()].flatMap(({ address, ports }) =>
    [...ports].map(([port, endpoint]) => [`${address}:${port}`, endpoint] as const),
  );
  return Object.fromEntries([...published, ...places, ...aliases]);
}

/** What security groups let the task reach. */
function reachable(directory: Directory, seat: TaskSeat, others: readonly TaskSeat[]): Ports[] {
  const { reach, members } = directory;
  const aws = awsAddresses(directory);
  return [
    ...[...others, ...members.values()]
      .filter(({ address }) => !aws.has(address))
      .map((other): Ports => [other.address, reach.openPorts(seat, other)]),
    ...[...aws].map((address): Ports => [address, awsPorts(directory, seat, address)]),
  ];
}

const awsPorts = (directory: Directory, seat: TaskSeat, address: string): PortRange[] =>
  publishedPorts(directory, address)
    .filter((port) =>
      ['amazonaws.com', ...directory.reach.awsHosts].some(
        (host) => directory.reach.aws(seat, host, port).verdict === 'allow',
      ),
    )
    .map((port) => [port, port]);

/** What no security group guards: the task's own proxies, and AWS's link-local servers. */
function free(directory: Directory, seat: TaskSeat): Ports[] {
  const aliases = [...seat.aliases.values()].map(
    ({ address, ports }): Ports => [address, [...ports.keys()].map((port) => [port, port])],
  );
  const local = [...directory.published.keys()].map((endpoint) => endpoint.slice(0, endpoint.lastIndexOf(':')));
  return [
    ...aliases,
    ...[...new Set(local)]
      .filter((address) => address.startsWith('169.254.'))
      .map((address): Ports => [address, publishedPorts(directory, address).map((port) => [port, port])]),
  ];
}

/** Who may connect to which ports of the task. Callers of a Service Connect port arrive at the container's. */
function accepted({ reach, members }: Directory, seat: TaskSeat, others: readonly TaskSeat[]): TaskNetwork['accepts'] {
  const ports = [...others, ...members.values()].map((other): Ports => {
    const open = reach.openPorts(other, seat);
    const behind = (seat.service.connect?.endpoints ?? [])
      .filter(({ ingressPort }) => includesPort(open, ingressPort))
      .map(({ containerPort }): PortRange => [containerPort, containerPort]);
    return [other.address, [...open, ...behind]];
  });
  return Object.fromEntries(ports.filter(([, ranges]) => ranges.length > 0));
}
