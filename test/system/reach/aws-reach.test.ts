import { describe, expect, it } from '@jest/globals';
import { awsReach } from '../../../system/reach/aws-reach.ts';
import type { SecurityGroupRule } from '../../../system/resources/security-group-rule.ts';
import type { VpcEndpoint } from '../../../system/resources/vpc-endpoint.ts';
import { cidr, group, smallSystem, tcp } from './small-system.ts';

const web = { name: 'web', path: 'Shop/Web/Service/Service', groups: ['sg-web'], vpcAddress: '10.0.1.10' };
const SSM = 'ssm.us-east-1.amazonaws.com';
const systemWith = (
  egress: SecurityGroupRule[],
  endpoints: Partial<VpcEndpoint>[] = [],
  ingress: SecurityGroupRule[] = [],
) => smallSystem({ groups: { 'sg-web': { egress }, 'sg-endpoint': { ingress } }, endpoints });

describe('reach of AWS', () => {
  it('is the internet on 443', () => {
    const open = systemWith([tcp(443, cidr('0.0.0.0/0'))]);

    expect(awsReach(open, web, SSM, 443)).toEqual({ verdict: 'allow', by: 'Shop/WebSecurityGroup0A1B2C3D' });
    expect(awsReach(open, web, SSM, 80)).toMatchObject({ verdict: 'deny' });
    expect(awsReach(systemWith([tcp(443, cidr('10.0.0.0/8'))]), web, SSM, 443)).toEqual({
      verdict: 'deny',
      why: `WebSecurityGroup has no egress to ${SSM} on 443`,
      missing: 'egress of tcp 443 to 0.0.0.0/0 on Shop/WebSecurityGroup0A1B2C3D',
      fix: 'web.connections.allowToAnyIpv4(Port.tcp(443)) (web: Shop/Web/Service)',
    });
  });

  it.each([
    'dynamodb.us-east-1.amazonaws.com',
    '111122223333.ddb.us-east-1.amazonaws.com',
    'bucket.s3.us-east-1.amazonaws.com',
  ])('lets a prefix list lead to %s and not to services that have none', (host) => {
    const system = systemWith([tcp(443, { kind: 'prefix-list', prefixList: 'pl-1' })]);

    expect(awsReach(system, web, host, 443)).toMatchObject({ verdict: 'allow' });
    expect(awsReach(system, web, SSM, 443)).toMatchObject({ verdict: 'deny' });
  });

  it('is an endpoint with groups of its own where the VPC has one that answers to the name', () => {
    const endpoint = { service: 'com.amazonaws.us-east-1.ssm', groups: ['sg-endpoint'] };
    const out = [tcp(443, group('sg-endpoint'))];

    expect(awsReach(systemWith(out, [endpoint], [tcp(443, group('sg-web'))]), web, SSM, 443)).toMatchObject({
      verdict: 'allow',
    });
    expect(awsReach(systemWith(out, [endpoint]), web, SSM, 443)).toMatchObject({
      why: 'EndpointSecurityGroup has no ingress from WebSecurityGroup on 443',
    });
    expect(awsReach(systemWith(out, [{ ...endpoint, privateDns: false }]), web, SSM, 443)).toMatchObject({
      verdict: 'deny',
    });
    expect(awsReach(systemWith(out, [endpoint]), web, 'sqs.us-east-1.amazonaws.com', 443)).toMatchObject({
      verdict: 'deny',
    });
  });
});
