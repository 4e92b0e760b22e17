import type { Denied } from '../../system/decision.ts';
import { connectionDenial, type Denial } from '../report/denial.ts';
import { awsAddresses, type Directory } from './directory.ts';
import type { Member } from './member.ts';

/** Why a task could not connect; undefined if it could by now, because the callee has started since. */
export function refusedCall(directory: Directory, from: Member, endpoint: string, host: string): Denial | undefined {
  const { reach } = directory;
  const colon = endpoint.lastIndexOf(':');
  const [address, port] = [endpoint.slice(0, colon), Number(endpoint.slice(colon + 1))];
  if (address === directory.wall || awsAddresses(directory).has(address)) {
    const decision = reach.aws(from, host, port);
    return connectionDenial(
      from.name,
      `${host}:${port}`,
      decision.verdict === 'deny' ? decision : nothingThere(host, port),
    );
  }
  const to = memberAt(directory, address);
  if (to) {
    const decision = reach.connect(from, to, port);
    return decision.verdict === 'deny' ? connectionDenial(from.name, `${to.name}:${port}`, decision) : undefined;
  }
  // Link-local: no security group guards these, and in Fargate nothing else answers there either.
  return address.startsWith('169.254.') ? undefined : connectionDenial(from.name, `${host}:${port}`, OUTSIDE);
}

/** Why a caller could not connect to a task, as noticed at the task. */
export function refusedCaller(directory: Directory, source: string, to: Member, port: number): Denial | undefined {
  const from = memberAt(directory, source);
  if (!from) return connectionDenial(source, `${to.name}:${port}`, STRANGER);
  const decision = directory.reach.connect(from, to, port);
  return decision.verdict === 'deny' ? connectionDenial(from.name, `${to.name}:${port}`, decision) : undefined;
}

const memberAt = ({ seats, members }: Directory, address: string): Member | undefined =>
  members.get(address) ?? [...seats.values()].find((seat) => seat.address === address);

const nothingThere = (host: string, port: number): Omit<Denied, 'verdict'> => ({
  why: 'security groups allow it, but no server of the twin answers there',
  missing: `a server of the twin at ${host}:${port}`,
  fix: 'see what is simulated (mosaic status); the twin may not have this service',
});

const OUTSIDE: Omit<Denied, 'verdict'> = {
  why: 'a twin connects to nothing outside the system it rehearses',
  missing: 'a member of the system with this address',
  fix: 'call it by a name that the templates define, or rehearse without it',
};

const STRANGER: Omit<Denied, 'verdict'> = {
  why: 'the caller is not a member of the system, or is a program other than Node, which has no address of its own',
  missing: 'a member of the system with this address',
  fix: 'call it through the URL of its API or balancer (mosaic status)',
};
