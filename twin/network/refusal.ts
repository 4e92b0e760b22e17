import type { Denied } from '../../system/decision.ts';
import type { Denial } from '../report/denial.ts';
import { awsAddresses, type Directory } from './directory.ts';
import type { Member } from './member.ts';

/** Why a task could not connect; undefined where it could by now, because who it called has only just come. */
export function refusedCall(directory: Directory, from: Member, endpoint: string, host: string): Denial | undefined {
  const { judge } = directory;
  const colon = endpoint.lastIndexOf(':');
  const [address, port] = [endpoint.slice(0, colon), Number(endpoint.slice(colon + 1))];
  if (address === directory.wall || awsAddresses(directory).has(address)) {
    const decision = judge.aws(from, host, port);
    return denial(from.name, `${host}:${port}`, decision.verdict === 'deny' ? decision : nothingThere(host, port));
  }
  const to = memberAt(directory, address);
  if (to) {
    const decision = judge.connect(from, to, port);
    return decision.verdict === 'deny' ? denial(from.name, `${to.name}:${port}`, decision) : undefined;
  }
  // No security group stands before these, and nothing in Fargate answers there either.
  return address.startsWith('169.254.') ? undefined : denial(from.name, `${host}:${port}`, OUTSIDE);
}

/** Why somebody could not connect to a task, noticed only at the task. */
export function refusedCaller(directory: Directory, source: string, to: Member, port: number): Denial | undefined {
  const from = memberAt(directory, source);
  if (!from) return denial(source, `${to.name}:${port}`, STRANGER);
  const decision = directory.judge.connect(from, to, port);
  return decision.verdict === 'deny' ? denial(from.name, `${to.name}:${port}`, decision) : undefined;
}

/** What a security group denied. */
export const denial = (from: string, to: string, { why, missing, fix }: Omit<Denied, 'verdict'>): Denial => ({
  at: new Date().toISOString(),
  from,
  connection: 'connect',
  to,
  why,
  missing,
  fix,
});

const memberAt = ({ seats, members }: Directory, address: string): Member | undefined =>
  members.get(address) ?? [...seats.values()].find((seat) => seat.address === address);

const nothingThere = (host: string, port: number): Omit<Denied, 'verdict'> => ({
  why: 'security groups allow it, but the twin has nothing that answers there',
  missing: `a server of the twin at ${host}:${port}`,
  fix: 'see in the list of what is simulated (mosaic status) whether the twin knows this service',
});

const OUTSIDE: Omit<Denied, 'verdict'> = {
  why: 'a twin connects to nothing outside of the system it rehearses',
  missing: 'a member of the system with this address',
  fix: 'call it by a name the templates give it, or rehearse without it',
};

const STRANGER: Omit<Denied, 'verdict'> = {
  why: 'the caller is no member of the system, or a program that is not Node and so has no address of its own',
  missing: 'a member of the system with this address',
  fix: 'call it through the URL of its API or balancer (mosaic status)',
};
