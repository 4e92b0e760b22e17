import { addressRange } from '../address-range.ts';
import type { Decision, Denied } from '../decision.ts';
import type { System } from '../system.ts';
import { type GroupRules, groupRules, type Rule } from './group-rules.ts';
import { networkFix } from './network-fix.ts';
import type { Party } from './party.ts';
import { commonPorts, includesPort, type PortRange } from './port-range.ts';

/** Whether security groups let one party connect to a TCP port of another: the caller's out and the callee's in. */
export function reach(system: System, from: Party, to: Party, port: number): Decision {
  const [caller, callee] = [end(system, from), end(system, to)];
  const egress = rules(caller, 'egress', callee).find(({ ports }) => includesPort([ports], port));
  const ingress = rules(callee, 'ingress', caller).find(({ ports }) => includesPort([ports], port));
  if (egress && ingress) return { verdict: 'allow', by: [...new Set([egress.where, ingress.where])].join(' and ') };

  const lacks = [
    ...(egress ? [] : [lack(caller, 'egress', 'to', callee, port)]),
    ...(ingress ? [] : [lack(callee, 'ingress', 'from', caller, port)]),
  ];
  return {
    verdict: 'deny',
    why: lacks.map(({ why }) => why).join(', and '),
    missing: lacks.map(({ missing }) => missing).join(' and '),
    fix: networkFix(system, from, to, port),
  };
}

/** All TCP ports of a party that another may connect to. */
export function openPorts(system: System, from: Party, to: Party): PortRange[] {
  const [caller, callee] = [end(system, from), end(system, to)];
  return commonPorts(
    rules(caller, 'egress', callee).map(({ ports }) => ports),
    rules(callee, 'ingress', caller).map(({ ports }) => ports),
  );
}

interface End {
  readonly groups: readonly GroupRules[];
  readonly address: string | undefined;
}

const end = (system: System, party: Party): End => ({
  groups: groupRules(system, party.groups),
  address: party.vpcAddress,
});

const rules = ({ groups }: End, way: 'egress' | 'ingress', other: End): Rule[] =>
  groups.flatMap((group) => group[way]).filter(({ peer }) => names(peer, other));

function names(peer: Rule['peer'], { groups, address }: End): boolean {
  switch (peer.kind) {
    case 'anyone':
      return true;
    case 'group':
      return groups.some(({ group }) => group === peer.group);
    case 'cidr':
      return addressRange(peer.cidr)(address);
    case 'prefix-list':
      return false;
  }
}

function lack(own: End, way: string, direction: string, other: End, port: number): Pick<Denied, 'why' | 'missing'> {
  const all = ({ groups }: End, label: 'name' | 'where') => groups.map((group) => group[label]).join(' or ');
  return {
    why: `${all(own, 'name')} has no ${way} ${direction} ${all(other, 'name')} on ${port}`,
    missing: `${way} of tcp ${port} ${direction} ${all(other, 'where')} on ${all(own, 'where')}`,
  };
}
