import type { FixWords } from '../../../contract/fix-words.ts';
import type { Resource, ResourceType } from '../../../system/resource.ts';
import { securityGroup } from '../../../system/resources/security-group.ts';
import { securityGroupEgress } from '../../../system/resources/security-group-egress.ts';
import { securityGroupIngress } from '../../../system/resources/security-group-ingress.ts';
import { ALL_OUTBOUND, type RulePeer, type SecurityGroupRule } from '../../../system/resources/security-group-rule.ts';
import { vpc } from '../../../system/resources/vpc.ts';
import { type VpcEndpoint, vpcEndpoint } from '../../../system/resources/vpc-endpoint.ts';
import type { System } from '../../../system/system.ts';

/** A system of security groups alone. A group `sg-web` is `Shop/WebSecurityGroup`. */
export function smallSystem(asked: {
  readonly groups?: Readonly<Record<string, { ingress?: SecurityGroupRule[]; egress?: SecurityGroupRule[] }>>;
  readonly ingress?: readonly { group: string; rule: SecurityGroupRule }[];
  readonly egress?: readonly { group: string; rule: SecurityGroupRule }[];
  readonly endpoints?: readonly Partial<VpcEndpoint>[];
  readonly words?: Readonly<Record<string, FixWords>>;
}): System {
  const endpoint = {
    service: undefined,
    kind: 'Interface',
    groups: [],
    subnets: [],
    privateDns: true,
  };
  const resources: Resource<unknown>[] = [
    resource(vpc, 'Vpc', undefined, 'vpc-1', { DefaultSecurityGroup: 'sg-default' }),
    ...Object.entries(asked.groups ?? {}).map(([ref, { ingress = [], egress = [ALL_OUTBOUND] }]) => {
      const id = ref.replace(/^sg-(\w)/, (_, letter: string) => letter.toUpperCase());
      return resource(securityGroup, `${id}SecurityGroup0A1B2C3D`, { ingress, egress }, ref);
    }),
    ...(asked.ingress ?? []).map((rule, index) => resource(securityGroupIngress, `Ingress${index}`, rule)),
    ...(asked.egress ?? []).map((rule, index) => resource(securityGroupEgress, `Egress${index}`, rule)),
    ...(asked.endpoints ?? []).map((each, index) =>
      resource(vpcEndpoint, `Endpoint${index}`, { ...endpoint, ...each }),
    ),
  ];
  const of = (type: ResourceType<never>) => resources.filter((each) => each.type === type.type);
  return {
    account: '111122223333',
    region: 'us-east-1',
    stacks: [],
    givenParameters: {},
    images: [],
    honesty: [],
    of: of as System['of'],
    find: ((type: ResourceType<never>, value: string) => of(type).find(({ ref }) => ref === value)) as System['find'],
    metadata: (path) => {
      const ids = path.split('/');
      return ids.map((_, index) => asked.words?.[ids.slice(0, ids.length - index).join('/')]).find((words) => words);
    },
  };
}

/** A rule for TCP. */
export const tcp = (ports: number | readonly [number, number], peer: RulePeer): SecurityGroupRule => {
  const [fromPort, toPort] = typeof ports === 'number' ? [ports, ports] : ports;
  return { protocol: 'tcp', fromPort, toPort, peer };
};

export const group = (id: string): RulePeer => ({ kind: 'group', group: id });
export const cidr = (range: string): RulePeer => ({ kind: 'cidr', cidr: range });

const resource = (
  { type }: { readonly type: string },
  logicalId: string,
  data: unknown,
  ref = logicalId,
  attributes: Record<string, string> = {},
): Resource<unknown> => ({
  id: `Shop/${logicalId}`,
  stack: 'Shop',
  logicalId,
  type,
  path: `Shop/${logicalId}/Resource`,
  ref,
  attributes,
  dependsOn: [],
  data,
});
