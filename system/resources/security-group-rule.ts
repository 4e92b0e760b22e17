import type { Take } from '../take.ts';

/** Who may connect (or be connected to), on which ports. */
export interface SecurityGroupRule {
  /** `tcp`, `udp`, `icmp`, another protocol's number, or `-1` for all. */
  readonly protocol: string;
  /** First port; undefined for all ports. */
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  /** Undefined where the template names nobody: such a rule lets nobody through. */
  readonly peer: RulePeer | undefined;
}

export type RulePeer =
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'prefix-list'; readonly prefixList: string };

/** What a group lets out when its template says nothing about it. */
export const ALL_OUTBOUND: SecurityGroupRule = {
  protocol: '-1',
  fromPort: undefined,
  toPort: undefined,
  peer: { kind: 'cidr', cidr: '0.0.0.0/0' },
};

const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', all: '-1' };

/** Reads a rule, inline or a resource of its own; `side` is what the template calls the other party. */
export const readRule = (take: Take, side: 'Source' | 'Destination'): SecurityGroupRule => {
  const protocol = take.string('IpProtocol') ?? '-1';
  take.accept('Description', 'words for people');
  const [from, to] = [take.number('FromPort'), take.number('ToPort')];
  const all = from === undefined || from === -1;
  const rule = {
    protocol: PROTOCOL_NUMBERS[protocol] ?? protocol,
    fromPort: all ? undefined : from,
    toPort: all ? undefined : (to ?? from),
    peer: readPeer(take, side),
  };
  if (rule.protocol !== 'tcp' && rule.protocol !== '-1')
    for (const property of take.keys()) take.accept(property, 'the twin judges TCP alone');
  return rule;
};

const readPeer = (take: Take, side: 'Source' | 'Destination'): RulePeer | undefined => {
  const prefix = side === 'Source' ? 'SourcePrefixListId' : 'DestinationPrefixListId';
  const group = take.string(`${side}SecurityGroupId`);
  const cidr = take.string('CidrIp') ?? take.string('CidrIpv6');
  const prefixList = take.string(prefix);
  take.accept('SourceSecurityGroupOwnerId', 'the twin has one account');
  take.refuse('SourceSecurityGroupName', 'only groups outside a VPC go by name; use SourceSecurityGroupId');
  if (group !== undefined) return { kind: 'group', group };
  if (cidr !== undefined) return { kind: 'cidr', cidr };
  if (prefixList !== undefined) return { kind: 'prefix-list', prefixList };
  return undefined;
};
