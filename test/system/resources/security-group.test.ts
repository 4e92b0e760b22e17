import { describe, expect, it } from '@jest/globals';
import { securityGroup } from '../../../system/resources/security-group.ts';
import { securityGroupIngress } from '../../../system/resources/security-group-ingress.ts';
import { readOne } from './read-one.ts';

describe('security groups', () => {
  it('let everything out where the template has no egress rule, as in AWS', () => {
    const everything = [expect.objectContaining({ protocol: '-1', peer: { kind: 'cidr', cidr: '0.0.0.0/0' } })];
    expect(readOne(securityGroup).data.egress).toEqual(everything);
    expect(readOne(securityGroup, { SecurityGroupEgress: [] }).data.egress).toEqual(everything);
  });

  it('let out only what the template lists, once it lists something', () => {
    const blocked = { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86 };
    expect(readOne(securityGroup, { SecurityGroupEgress: [blocked] }).data.egress).toEqual([
      expect.objectContaining({
        protocol: 'icmp',
        fromPort: 252,
        toPort: 86,
        peer: { kind: 'cidr', cidr: '255.255.255.255/32' },
      }),
    ]);
  });

  it.each([
    [{ SourceSecurityGroupId: 'sg-1' }, { kind: 'group', group: 'sg-1' }],
    [{ CidrIp: '10.0.0.0/16' }, { kind: 'cidr', cidr: '10.0.0.0/16' }],
    [{ CidrIpv6: '::/0' }, { kind: 'cidr', cidr: '::/0' }],
    [{ SourcePrefixListId: 'pl-1' }, { kind: 'prefix-list', prefixList: 'pl-1' }],
    [{}, undefined],
  ])('read who a rule names: %j', (named, peer) => {
    const properties = { GroupId: 'sg-9', IpProtocol: '6', FromPort: 80, ToPort: 81, ...named };
    const { data, refused } = readOne(securityGroupIngress, properties);
    expect(data).toMatchObject({ group: 'sg-9', rule: { protocol: 'tcp', fromPort: 80, toPort: 81 } });
    expect(data.rule.peer).toEqual(peer);
    expect(refused).toEqual([]);
  });

  it('mean all ports where a rule names none', () => {
    const { rule } = readOne(securityGroupIngress, { GroupId: 'sg-9', IpProtocol: -1, CidrIp: '0.0.0.0/0' }).data;
    expect([rule.protocol, rule.fromPort, rule.toPort]).toEqual(['-1', undefined, undefined]);
  });
});
