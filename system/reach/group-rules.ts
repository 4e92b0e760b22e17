import type { Resource } from '../resource.ts';
import { type SecurityGroup, securityGroup } from '../resources/security-group.ts';
import { securityGroupEgress } from '../resources/security-group-egress.ts';
import { securityGroupIngress } from '../resources/security-group-ingress.ts';
import { ALL_OUTBOUND, type RulePeer, type SecurityGroupRule } from '../resources/security-group-rule.ts';
import { vpc } from '../resources/vpc.ts';
import type { System } from '../system.ts';
import { ALL_PORTS, type PortRange } from './port-range.ts';

/** A security group with all its rules for TCP, inline ones and those that are resources of their own. */
export interface GroupRules {
  /** `sg-…` */
  readonly group: string;
  /** As people call it: `PaymentsSecurityGroup`. */
  readonly name: string;
  /** Where it is written: `stack/logicalId`. */
  readonly where: string;
  readonly ingress: Rule[];
  readonly egress: Rule[];
}

export interface Rule {
  readonly ports: PortRange;
  /** `anyone` stands in for the rules of a group the assembly does not hold. */
  readonly peer: RulePeer | { readonly kind: 'anyone' };
  /** Where it is written: `stack/logicalId`. */
  readonly where: string;
}

const indexes = new WeakMap<System, ReadonlyMap<string, GroupRules>>();

/** The rules of these groups; a party without a group is in the default group of the VPC. */
export function groupRules(system: System, groups: readonly string[]): readonly GroupRules[] {
  const index = indexes.get(system) ?? indexed(system);
  indexes.set(system, index);
  if (groups.length > 0) return groups.map((group) => index.get(group) ?? foreign(group));
  const fallback = system.of(vpc)[0]?.attributes.DefaultSecurityGroup ?? 'the default group';
  return [index.get(fallback) ?? foreign(fallback)];
}

function indexed(system: System): Map<string, GroupRules> {
  const index = new Map<string, GroupRules>();
  const add = (rules: GroupRules) => index.set(rules.group, rules);
  for (const { id, attributes } of system.of(vpc)) add(defaultGroup(attributes.DefaultSecurityGroup ?? id, id));
  const ruled = new Set(system.of(securityGroupEgress).map(({ data }) => data.group));
  for (const group of system.of(securityGroup)) add(declared(group, ruled.has(group.ref)));
  for (const { id, data } of system.of(securityGroupIngress))
    index.get(data.group ?? '')?.ingress.push(...tcp(id, data.rule));
  for (const { id, data } of system.of(securityGroupEgress))
    index.get(data.group ?? '')?.egress.push(...tcp(id, data.rule));
  return index;
}

/** EC2's default allow-all egress rule exists only while the group has no other egress rule, separate resources included. */
const declared = ({ ref, id, logicalId, data }: Resource<SecurityGroup>, isRuled: boolean): GroupRules => ({
  group: ref,
  name: withoutHash(logicalId),
  where: id,
  ingress: data.ingress.flatMap((rule) => tcp(id, rule)),
  egress: data.egress.filter((rule) => !(isRuled && rule === ALL_OUTBOUND)).flatMap((rule) => tcp(id, rule)),
});

const defaultGroup = (group: string, where: string): GroupRules => ({
  group,
  name: `the default group of ${where}`,
  where,
  ingress: [{ ports: ALL_PORTS, peer: { kind: 'group', group }, where }],
  egress: tcp(where, ALL_OUTBOUND),
});

/** Nothing is known of a group of another assembly, so nothing is denied in its name. */
function foreign(group: string): GroupRules {
  const where = `${group}, which this assembly does not hold`;
  const rules: Rule[] = [{ ports: ALL_PORTS, peer: { kind: 'anyone' }, where }];
  return { group, name: group, where: group, ingress: rules, egress: rules };
}

function tcp(where: string, { protocol, fromPort, toPort, peer }: SecurityGroupRule): Rule[] {
  if (!peer || (protocol !== 'tcp' && protocol !== '-1')) return [];
  return [{ ports: protocol === '-1' ? ALL_PORTS : [fromPort ?? 0, toPort ?? 65_535], peer, where }];
}

/** The CDK ends logical ids with eight digits that tell a reader nothing. */
const withoutHash = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
