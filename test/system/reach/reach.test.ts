import { describe, expect, it } from '@jest/globals';
import { openPorts, reach } from '../../../system/reach/reach.ts';
import type { SecurityGroupRule } from '../../../system/resources/security-group-rule.ts';
import { cidr, group, smallSystem, tcp } from './small-system.ts';

const web = { name: 'web', path: 'Shop/Web/Service/Service', groups: ['sg-web'], vpcAddress: '10.0.1.10' };
const pay = { name: 'pay', path: 'Shop/Pay/Service/Service', groups: ['sg-pay'], vpcAddress: '10.0.2.10' };
/** What the CDK writes for a group that lets nothing out. */
const NOTHING_OUT: SecurityGroupRule = { ...tcp([252, 86], cidr('255.255.255.255/32')), protocol: 'icmp' };

describe('reach', () => {
  it('lets a call through that both groups allow', () => {
    const system = smallSystem({ groups: { 'sg-web': {}, 'sg-pay': { ingress: [tcp(8080, group('sg-web'))] } } });

    expect(reach(system, web, pay, 8080)).toEqual({
      verdict: 'allow',
      by: 'Shop/WebSecurityGroup0A1B2C3D and Shop/PaySecurityGroup0A1B2C3D',
    });
    expect(reach(system, web, pay, 8081)).toMatchObject({ verdict: 'deny' });
    expect(reach(system, pay, web, 8080)).toMatchObject({ verdict: 'deny' });
  });

  it('names the group that lacks the rule, the rule and the call that adds it', () => {
    const system = smallSystem({ groups: { 'sg-web': {}, 'sg-pay': {} } });

    expect(reach(system, web, pay, 8080)).toEqual({
      verdict: 'deny',
      why: 'PaySecurityGroup has no ingress from WebSecurityGroup on 8080',
      missing: 'ingress of tcp 8080 from Shop/WebSecurityGroup0A1B2C3D on Shop/PaySecurityGroup0A1B2C3D',
      fix: 'pay.connections.allowFrom(web, Port.tcp(8080)) (pay: Shop/Pay/Service, web: Shop/Web/Service)',
    });
  });

  it('says the fix in the words the constructs left', () => {
    const words = { subject: 'pay', ways: [{ actions: [], network: true, words: 'bind(Binding.call(pay))' }] };
    const groups = { 'sg-web': {}, 'sg-pay': {} };
    const speaking = smallSystem({ groups, words: { 'Shop/Pay': words, 'Shop/Web': { subject: 'web', ways: [] } } });
    const plainCaller = smallSystem({ groups, words: { 'Shop/Pay': words } });

    expect(reach(speaking, web, pay, 8080)).toMatchObject({ fix: 'on Shop/Web: bind(Binding.call(pay))' });
    expect(reach(plainCaller, web, pay, 8080)).toMatchObject({ fix: expect.stringMatching(/^pay\.connections/) });
  });

  it('judges egress as well, and names both rules where both are missing', () => {
    const closed = { egress: [NOTHING_OUT] };
    const open = { ingress: [tcp(8080, group('sg-web'))] };

    expect(reach(smallSystem({ groups: { 'sg-web': closed, 'sg-pay': open } }), web, pay, 8080)).toMatchObject({
      why: 'WebSecurityGroup has no egress to PaySecurityGroup on 8080',
    });
    expect(reach(smallSystem({ groups: { 'sg-web': closed, 'sg-pay': {} } }), web, pay, 8080)).toMatchObject({
      why: 'WebSecurityGroup has no egress to PaySecurityGroup on 8080, and PaySecurityGroup has no ingress from WebSecurityGroup on 8080',
    });
  });

  it('counts rules that are resources of their own', () => {
    const groups = { 'sg-web': { egress: [NOTHING_OUT] }, 'sg-pay': {} };
    const ingress = [{ group: 'sg-pay', rule: tcp(8080, group('sg-web')) }];
    const egress = [{ group: 'sg-web', rule: tcp(8080, group('sg-pay')) }];

    expect(reach(smallSystem({ groups, ingress, egress }), web, pay, 8080)).toEqual({
      verdict: 'allow',
      by: 'Shop/Egress0 and Shop/Ingress0',
    });
    expect(reach(smallSystem({ groups, ingress }), web, pay, 8080)).toMatchObject({ verdict: 'deny' });
    expect(reach(smallSystem({ groups, egress }), web, pay, 8080)).toMatchObject({ verdict: 'deny' });
  });

  it.each([
    ['10.0.1.0/24', 'allow'],
    ['10.0.2.0/24', 'deny'],
    ['0.0.0.0/0', 'allow'],
    ['10.0.1.10/32', 'allow'],
    ['::/0', 'deny'],
  ])('judges the range %s by the address inside the VPC: %s', (range, verdict) => {
    const system = smallSystem({ groups: { 'sg-web': {}, 'sg-pay': { ingress: [tcp(8080, cidr(range))] } } });

    expect(reach(system, web, pay, 8080)).toMatchObject({ verdict });
  });

  it('lets someone on the internet in only where the whole internet may come', () => {
    const internet = { name: 'internet', path: '', groups: [], vpcAddress: undefined };
    const open = smallSystem({ groups: { 'sg-pay': { ingress: [tcp(80, cidr('0.0.0.0/0'))] } } });
    const inside = smallSystem({ groups: { 'sg-pay': { ingress: [tcp(80, cidr('10.0.0.0/8'))] } } });

    expect(reach(open, internet, pay, 80)).toMatchObject({ verdict: 'allow' });
    expect(reach(inside, internet, pay, 80)).toMatchObject({ verdict: 'deny' });
  });

  it('understands all protocols and all ports, but lets no other protocol pass for TCP', () => {
    const all: SecurityGroupRule = {
      protocol: '-1',
      fromPort: undefined,
      toPort: undefined,
      peer: group('sg-web'),
    };
    const ports = (rule: SecurityGroupRule) =>
      openPorts(smallSystem({ groups: { 'sg-web': {}, 'sg-pay': { ingress: [rule] } } }), web, pay);

    expect(ports(all)).toEqual([[0, 65_535]]);
    expect(ports({ ...all, protocol: 'tcp' })).toEqual([[0, 65_535]]);
    expect(ports({ ...all, protocol: 'udp' })).toEqual([]);
  });

  it('finds the ports that both ends leave open', () => {
    const system = smallSystem({
      groups: {
        'sg-web': { egress: [tcp([80, 90], group('sg-pay')), tcp([85, 8080], group('sg-pay'))] },
        'sg-pay': {
          ingress: [tcp([88, 100], group('sg-web')), tcp(8080, group('sg-web')), tcp(9000, group('sg-web'))],
        },
      },
    });

    expect(openPorts(system, web, pay)).toEqual([
      [88, 100],
      [8080, 8080],
    ]);
  });

  it('puts who has no group into the default group of the VPC, open to its own members alone', () => {
    const system = smallSystem({ groups: { 'sg-web': {} } });
    const [one, other] = [
      { ...web, groups: [] },
      { ...pay, groups: [] },
    ];

    expect(reach(system, one, other, 8080)).toMatchObject({ verdict: 'allow' });
    expect(reach(system, web, other, 8080)).toMatchObject({
      verdict: 'deny',
      why: 'the default group of Shop/Vpc has no ingress from WebSecurityGroup on 8080',
    });
  });

  it('denies nothing in the name of a group the assembly does not hold, and says so', () => {
    const system = smallSystem({ groups: { 'sg-web': {} } });

    expect(reach(system, web, { ...pay, groups: ['sg-elsewhere'] }, 8080)).toMatchObject({
      verdict: 'allow',
      by: expect.stringContaining('sg-elsewhere, which this assembly does not hold'),
    });
  });
});
