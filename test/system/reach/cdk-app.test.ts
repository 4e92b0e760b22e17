import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { Peer, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { Assembly } from '../../../assembly/assembly.ts';
import { readAssembly } from '../../../assembly/read-assembly.ts';
import { awsReach } from '../../../system/reach/aws-reach.ts';
import { openPorts, reach } from '../../../system/reach/reach.ts';
import { readSystem } from '../../../system/read-system.ts';
import { securityGroup } from '../../../system/resources/security-group.ts';
import { vpcLink } from '../../../system/resources/vpc-link.ts';
import { servicesOf } from '../../../system/services-of.ts';
import { synthesized, temporaryFolder } from '../../assembly/synthesized.ts';

const source = temporaryFolder();
writeFileSync(join(source, 'Dockerfile'), 'FROM node:26-slim\nCMD ["node", "main.js"]\n');

/** Two services as a plain CDK app has them; `Web` may call `Payments` and AWS, and nobody anybody else. */
const assembly = readAssembly(
  synthesized((app) => {
    const stack = new Stack(app, 'Shop');
    const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, restrictDefaultSecurityGroup: false });
    const cluster = new Cluster(stack, 'Cluster', { vpc });
    const service = (id: string) => {
      const taskDefinition = new FargateTaskDefinition(stack, `${id}Task`);
      const image = ContainerImage.fromAsset(source);
      taskDefinition.addContainer('app', { image, portMappings: [{ containerPort: 8080 }] });
      const securityGroup = new SecurityGroup(stack, `${id}Group`, { vpc, allowAllOutbound: false });
      return new FargateService(stack, id, {
        cluster,
        taskDefinition,
        securityGroups: [securityGroup],
        circuitBreaker: {},
        minHealthyPercent: 100,
      });
    };
    const [web, payments] = [service('Web'), service('Payments')];
    payments.connections.allowFrom(web, Port.tcp(8080));
    web.connections.allowTo(Peer.anyIpv4(), Port.tcp(443));
  }),
);

const HOST = 'dynamodb.us-east-1.amazonaws.com';
const judged = (read: Assembly) => {
  const system = readSystem(read);
  const [web, payments] = ['web', 'payments'].map((name) => servicesOf(system).find((each) => each.name === name)!);
  return { system, web: web!, payments: payments! };
};

describe('reach in a plain CDK app', () => {
  it('lets through what the app opened, and nothing else', () => {
    const { system, web, payments } = judged(assembly);

    expect(openPorts(system, web, payments)).toEqual([[8080, 8080]]);
    expect(openPorts(system, payments, web)).toEqual([]);
    expect(awsReach(system, web, HOST, 443)).toMatchObject({ verdict: 'allow' });
    expect(awsReach(system, payments, HOST, 443)).toMatchObject({ verdict: 'deny' });
  });

  it.each([
    ['AWS::EC2::SecurityGroupIngress', 'PaymentsGroup has no ingress from WebGroup on 8080'],
    ['AWS::EC2::SecurityGroupEgress', 'WebGroup has no egress to PaymentsGroup on 8080'],
  ])('denies the call without its %s, and says what to write', (type, why) => {
    const { system, web, payments } = judged(without(assembly, type));

    expect(reach(system, web, payments, 8080)).toMatchObject({
      why,
      fix: 'payments.connections.allowFrom(web, Port.tcp(8080)) (payments: Shop/Payments, web: Shop/Web)',
    });
  });
});

describe('the fix for a VPC link, which has no connections in the CDK', () => {
  const fixFor = (withGroup: boolean): string => {
    const read = readAssembly(
      synthesized((app) => {
        const stack = new Stack(app, 'Gate');
        const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, restrictDefaultSecurityGroup: false });
        const group = new SecurityGroup(stack, 'LinkGroup', { vpc });
        new VpcLink(stack, 'Link', { vpc, ...(withGroup && { securityGroups: [group] }) });
        new SecurityGroup(stack, 'Balancer', { vpc });
      }),
    );
    const system = readSystem(read);
    const [link] = system.of(vpcLink);
    const callee = system.of(securityGroup).find(({ path }) => path.startsWith('Gate/Balancer'))!;
    const party = (path: string, groups: readonly string[]) => ({ name: path, path, groups, vpcAddress: undefined });
    const decision = reach(system, party('Gate/Link', link!.data.groups), party(callee.path, [callee.ref]), 80);
    return decision.verdict === 'deny' ? decision.fix : 'none needed';
  };

  it("names the link's group", () => {
    expect(fixFor(true)).toBe(
      'balancer.connections.allowFrom(linkGroup, Port.tcp(80)) (balancer: Gate/Balancer, linkGroup: Gate/LinkGroup)',
    );
  });

  it('names the default group of the VPC where the link has none', () => {
    expect(fixFor(false)).toBe(
      'balancer.connections.allowFrom(Peer.securityGroupId(vpc.vpcDefaultSecurityGroup), Port.tcp(80)) (balancer: Gate/Balancer)',
    );
  });
});

/** The assembly without the resources of a type. */
const without = (full: Assembly, type: string): Assembly => ({
  ...full,
  stacks: full.stacks.map((stack) => {
    const kept = Object.entries(stack.template.Resources).filter(([, resource]) => resource.Type !== type);
    return { ...stack, template: { ...stack.template, Resources: Object.fromEntries(kept) } };
  }),
});
