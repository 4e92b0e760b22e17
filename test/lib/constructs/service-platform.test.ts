import { describe, expect, it } from '@jest/globals';
import { CfnParameter, aws_ec2 as ec2, aws_ecs as ecs, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ServicePlatform, type ServicePlatformProps } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { parametersRead, testStack } from './test-stack.ts';

const dev = StageProfile.dev('dev');
const prod = StageProfile.prod('prod');

function templateOf(props: ServicePlatformProps): Template {
  const stack = testStack();
  new ServicePlatform(stack, 'Platform', props);
  return Template.fromStack(stack);
}

const only = (template: Template, type: string): { Properties: Record<string, unknown>; DependsOn: string[] } => {
  const [resource, ...more] = Object.values(template.findResources(type));
  expect(more).toEqual([]);
  return resource as never;
};

describe('ServicePlatform in dev', () => {
  const template = templateOf({ stage: dev });

  it('leaves by one small instance instead of gateways', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    expect(only(template, 'AWS::EC2::Instance').Properties).toMatchObject({
      InstanceType: 't4g.nano',
      SourceDestCheck: false,
    });
  });

  it('lets only its own network into that instance', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Security Group for NAT instances',
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.0.0.0/16' })],
    });
  });

  it('starts that instance only when there is a way to the internet', () => {
    const [route] = Object.keys(
      template.findResources('AWS::EC2::Route', { Properties: { GatewayId: Match.anyValue() } }),
    );
    expect(only(template, 'AWS::EC2::Instance').DependsOn).toContain(route);
  });

  it('never replaces that instance because a newer image is out', () => {
    expect(only(template, 'AWS::EC2::Instance').Properties).not.toHaveProperty('ImageId');
    const images = Object.values(template.findParameters('*')).filter(({ Type }) => Type.includes('Image'));
    expect(images).toEqual([]);
    const { LaunchTemplateData } = only(template, 'AWS::EC2::LaunchTemplate').Properties;
    expect(LaunchTemplateData).toMatchObject({ ImageId: expect.stringMatching(/^resolve:ssm:.*arm64$/) });
  });

  it('guards the metadata and the disk of that instance', () => {
    expect(only(template, 'AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData).toMatchObject({
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
    });
  });

  it('has two zones and forgets its logs', () => {
    template.resourceCountIs('AWS::EC2::Subnet', 4);
    template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 7 } });
  });

  it('spends nothing on Container Insights', () => {
    template.hasResourceProperties('AWS::ECS::Cluster', {
      ClusterSettings: [{ Name: 'containerInsights', Value: 'disabled' }],
    });
  });
});

describe('ServicePlatform in prod', () => {
  const template = templateOf({ stage: prod });

  it('has a gateway in each of three zones and no instance', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 3);
    template.resourceCountIs('AWS::EC2::Instance', 0);
    template.resourceCountIs('AWS::EC2::Subnet', 6);
  });

  it('keeps its logs', () => {
    template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain', Properties: { RetentionInDays: 90 } });
  });
});

describe.each([dev, prod])('ServicePlatform in $profile', (stage) => {
  const template = templateOf({ stage });

  it('reaches S3 and DynamoDB without leaving by the paid way', () => {
    for (const service of ['s3', 'dynamodb']) {
      template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
        VpcEndpointType: 'Gateway',
        ServiceName: { 'Fn::Join': ['', Match.arrayWith([`.${service}`])] },
      });
    }
  });

  it('gives nothing a public address by itself, and the default group no rules', () => {
    const subnets = Object.values(template.findResources('AWS::EC2::Subnet'));
    expect(subnets.filter(({ Properties }) => Properties.MapPublicIpOnLaunch)).toEqual([]);
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
  });

  it('offers Fargate and Fargate Spot', () => {
    template.hasResourceProperties('AWS::ECS::ClusterCapacityProviderAssociations', {
      CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    });
  });

  it('logs who talks to whom', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL', LogDestinationType: 'cloud-watch-logs' });
  });

  it('names its namespace after the stage', () => {
    template.hasResourceProperties('AWS::ServiceDiscovery::HttpNamespace', { Name: `mosaic-${stage.name}` });
  });

  it('publishes all that a service stack needs, under versioned names', () => {
    const names = Object.values(template.findResources('AWS::SSM::Parameter')).map(({ Properties }) => Properties.Name);
    const of = (value: string) => `/mosaic/${stage.name}/platform/v1/${value}`;
    expect(names.toSorted()).toEqual(
      [
        'cluster-arn',
        'cluster-name',
        'namespace-arn',
        'private-route-table-ids',
        'private-subnet-ids',
        'vpc-id',
        'zones',
      ].map(of),
    );
  });

  it('gives no other resource a name that a second stage would want as well', () => {
    const { Resources } = template.toJSON() as { Resources: Record<string, { Type: string; Properties?: object }> };
    const mayHaveNames = ['AWS::SSM::Parameter', 'AWS::ServiceDiscovery::HttpNamespace', 'AWS::IAM::Policy'];
    const named = Object.values(Resources)
      .filter(({ Type }) => !mayHaveNames.includes(Type))
      .flatMap(({ Type, Properties = {} }) => Object.entries(Properties).map(([key, value]) => ({ Type, key, value })))
      .filter(({ key, value }) => key.endsWith('Name') && typeof value === 'string');
    expect(named).toEqual([]);
  });

  it('exports nothing', () => {
    expect(template.findOutputs('*')).toEqual({});
  });

  it('synthesizes without warnings', () => {
    const stack = testStack();
    new ServicePlatform(stack, 'Platform', { stage });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
    Annotations.fromStack(stack).hasNoError('*', Match.anyValue());
  });
});

describe('ServicePlatform', () => {
  it('asks no account which zones it has', () => {
    const lookups = (make: (stack: Stack) => unknown) => {
      const app = testApp();
      make(testStack('Test', app));
      return app.synth().manifest.missing ?? [];
    };
    expect(lookups((stack) => new ServicePlatform(stack, 'Platform', { stage: dev }))).toEqual([]);
    expect(lookups((stack) => new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a'] }))).toHaveLength(1);
  });

  it('stands on a network and a cluster one already has', () => {
    const stack = testStack();
    const vpc = new ec2.Vpc(stack, 'Mine', { availabilityZones: ['us-east-1a', 'us-east-1b'], natGateways: 1 });
    const cluster = new ecs.Cluster(stack, 'MyCluster', { vpc, enableFargateCapacityProviders: true });
    const platform = new ServicePlatform(stack, 'Platform', { stage: dev, vpc, cluster });
    expect(platform.vpc).toBe(vpc);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::ECS::Cluster', 1);
    template.hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/mosaic/dev/platform/v1/vpc-id',
      Value: { Ref: Match.stringLikeRegexp('^Mine') },
    });
  });

  it('keeps two stages apart in one stack', () => {
    const stack = testStack();
    new ServicePlatform(stack, 'One', { stage: dev });
    new ServicePlatform(stack, 'Two', { stage: StageProfile.dev('pr-7') });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  it('refuses a second platform of one stage', () => {
    const stack = testStack();
    new ServicePlatform(stack, 'One', { stage: dev });
    expect(() => new ServicePlatform(stack, 'Two', { stage: dev })).toThrow(
      /^Test\/Two: .*Test\/One writes already; give one/,
    );
  });

  it('says what is wrong with its props', () => {
    const stack = testStack();
    const vpc = new ec2.Vpc(stack, 'Mine', { availabilityZones: ['us-east-1a', 'us-east-1b'], natGateways: 1 });
    const imported = ec2.Vpc.fromVpcAttributes(stack, 'Imported', {
      vpcId: 'vpc-1',
      vpcCidrBlock: '10.0.0.0/16',
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      privateSubnetIds: ['subnet-1', 'subnet-2'],
    });
    const cluster = new ecs.Cluster(stack, 'MyCluster', { vpc });
    const make = (id: string, props: ServicePlatformProps) => () => new ServicePlatform(stack, id, props);
    expect(make('A', { stage: dev, cluster })).toThrow('Test/A: a cluster of yours comes with its network, got no vpc');
    expect(make('B', { stage: dev, vpc, cidr: '10.1.0.0/16' })).toThrow('Test/B: cidr and availabilityZones are for');
    expect(make('C', { stage: prod, vpc })).toThrow(
      "Test/C: stage prod wants private subnets in 3 zones, got 2; use another vpc or say StageProfile.prod('prod', { zones: 2 })",
    );
    expect(make('F', { stage: dev, vpc, subnets: { availabilityZones: ['us-east-1c'] } })).toThrow(
      /got 0; use another vpc or choose other subnets$/,
    );
    expect(make('D', { stage: dev, availabilityZones: ['us-east-1a'] })).toThrow(
      'Test/D/Network: stage dev has 2 zones, got 1 (us-east-1a); name as many as the stage has, or change its zones',
    );
    expect(make('E', { stage: dev, vpc: imported })).toThrow(
      'got Test/Imported/PrivateSubnet1 without one; import the vpc with privateSubnetRouteTableIds',
    );
  });

  it.each(['10.0.0.0', '10.0.0.256/16', '10.0.0.0/8', '10.0.0.0/23', 'ten'])(
    'refuses %p as an address range',
    (cidr) => {
      expect(() => templateOf({ stage: dev, cidr })).toThrow(
        `Test/Platform: cidr must be an address range from /16 to /22, which has room for 2 zones, got '${cidr}'; write it like`,
      );
    },
  );

  it.each([
    ['10.0.4.0/21', '10.0.0.0/21'],
    ['10.7.7.5/16', '10.7.0.0/16'],
    ['10.0.200.0/18', '10.0.192.0/18'],
  ])('refuses %p, which begins within its range, and names the range', (cidr, range) => {
    expect(() => templateOf({ stage: dev, cidr })).toThrow(
      `Test/Platform: cidr must begin with the first address of its range, got '${cidr}'; write '${range}'`,
    );
    expect(() => templateOf({ stage: dev, cidr: range })).not.toThrow();
  });

  it.each<[string, StageProfile, ec2.SubnetSelection | undefined]>([
    ['whose subnets are chosen by group', dev, { subnetGroupName: 'Tasks' }],
    ['with more zones than the CDK makes up', prod, undefined],
  ])('lets the CDK look up a network %s', (_, stage, subnets) => {
    const app = testApp();
    const stack = testStack('Test', app);
    const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { vpcName: 'shared' });
    new ServicePlatform(stack, 'Platform', { stage, vpc, subnets });
    expect(app.synth().manifest.missing).toMatchObject([{ provider: 'vpc-provider' }]);
  });

  it('says that an address range is no parameter of the template', () => {
    const cidr = new CfnParameter(testStack('Elsewhere'), 'Range').valueAsString;
    expect(() => templateOf({ stage: dev, cidr })).toThrow('Test/Platform: cidr must be known at synth, got a token; ');
  });

  it.each([
    [1, '10.0.0.0/23', '10.0.0.0/28', '10.0.1.0/24'],
    [3, '10.0.0.0/16', '10.0.0.0/24', '10.0.16.0/20'],
    [3, '10.0.0.0/18', '10.0.0.0/24', '10.0.16.0/20'],
    [3, '10.0.0.0/22', '10.0.0.0/28', '10.0.1.0/24'],
    [6, '10.0.0.0/17', '10.0.0.0/24', '10.0.16.0/20'],
    [6, '10.0.0.0/21', '10.0.0.0/28', '10.0.1.0/24'],
  ])('has room for %p zones in %p', (zones, cidr, publicRange, privateRange) => {
    const template = templateOf({ stage: StageProfile.dev('dev', { zones }), cidr });
    const ranges = Object.values(template.findResources('AWS::EC2::Subnet')).map(
      ({ Properties }) => Properties.CidrBlock,
    );
    expect(ranges).toHaveLength(2 * zones);
    expect(ranges).toEqual(expect.arrayContaining([publicRange, privateRange]));
  });

  it('stands on an imported network whose address range nobody knows', () => {
    const stack = testStack();
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Imported', {
      vpcId: 'vpc-1',
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      privateSubnetIds: ['subnet-1', 'subnet-2'],
      privateSubnetRouteTableIds: ['rtb-1', 'rtb-2'],
    });
    new ServicePlatform(stack, 'Platform', { stage: dev, vpc });
    Template.fromStack(stack).hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/mosaic/dev/platform/v1/private-route-table-ids',
      Value: 'rtb-1,rtb-2',
    });
  });

  it('refuses a network that tasks have no way out of', () => {
    const stack = testStack();
    const vpc = new ec2.Vpc(stack, 'Mine', { availabilityZones: ['us-east-1a', 'us-east-1b'], natGateways: 0 });
    expect(() => new ServicePlatform(stack, 'Platform', { stage: dev, vpc })).toThrow(
      'Test/Platform: tasks need private subnets with a way out, got none in Test/Mine; add PRIVATE_WITH_EGRESS ones, or',
    );
  });

  describe('in a network with two groups of private subnets and an isolated one', () => {
    const { PUBLIC, PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED } = ec2.SubnetType;

    function platformWith(subnets?: ec2.SubnetSelection): ServicePlatform {
      const stack = testStack();
      const vpc = new ec2.Vpc(stack, 'Mine', {
        availabilityZones: ['us-east-1a', 'us-east-1b'],
        natGateways: 1,
        subnetConfiguration: [
          { name: 'Public', subnetType: PUBLIC },
          { name: 'Legacy', subnetType: PRIVATE_WITH_EGRESS },
          { name: 'Tasks', subnetType: PRIVATE_WITH_EGRESS },
          { name: 'Closed', subnetType: PRIVATE_ISOLATED },
        ],
      });
      return new ServicePlatform(stack, 'Platform', { stage: dev, vpc, subnets });
    }
    const chosen = (subnets: ec2.SubnetSelection) =>
      platformWith(subnets).subnets.subnets?.map((subnet) => subnet.node.id);

    it('takes those that were chosen, isolated ones as well', () => {
      expect(chosen({ subnetGroupName: 'Tasks' })).toEqual(['TasksSubnet1', 'TasksSubnet2']);
      expect(chosen({ subnetType: PRIVATE_ISOLATED })).toEqual(['ClosedSubnet1', 'ClosedSubnet2']);
      expect(chosen({ onePerAz: true })).toEqual(['LegacySubnet1', 'LegacySubnet2']);
    });

    it('takes none that nobody chose', () => {
      expect(() => platformWith()).toThrow(
        'Test/Platform: tasks run in one private subnet of each zone, got 4 in 2 zones of Test/Mine (Legacy, Tasks); ' +
          "choose a group: subnets: { subnetGroupName: 'Legacy' }",
      );
    });

    it('refuses public ones, which tasks without a public address could not leave', () => {
      expect(() => platformWith({ subnetType: PUBLIC })).toThrow(
        'got public subnets of Test/Mine, which nothing leaves',
      );
    });
  });

  it('chooses no subnets of a network it makes itself', () => {
    expect(() => templateOf({ stage: dev, subnets: { onePerAz: true } })).toThrow(
      'Test/Platform: subnets choose among those of a network of yours, got no vpc; pass it as vpc, or drop subnets',
    );
  });

  it('refuses a cluster without Fargate, where that can be seen', () => {
    const synth = (enable: (cluster: ecs.Cluster) => void) => {
      const stack = testStack();
      const vpc = new ec2.Vpc(stack, 'Mine', { availabilityZones: ['us-east-1a', 'us-east-1b'], natGateways: 1 });
      const cluster = new ecs.Cluster(stack, 'MyCluster', { vpc });
      new ServicePlatform(stack, 'Platform', { stage: dev, vpc, cluster });
      enable(cluster);
      // Another cluster's Fargate doesn't help.
      new ecs.Cluster(stack, 'Other', { vpc, enableFargateCapacityProviders: true });
      return () => Template.fromStack(stack);
    };
    expect(synth(() => {})).toThrow(
      'Test/Platform: services run on FARGATE_SPOT, got Test/MyCluster without that capacity provider; give the cluster ' +
        'enableFargateCapacityProviders: true',
    );
    expect(synth((cluster) => cluster.enableFargateCapacityProviders())).not.toThrow();
    const named = (cluster: ecs.Cluster) => {
      (cluster.node.defaultChild as ecs.CfnCluster).capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
    };
    expect(synth(named)).not.toThrow();
  });

  it('refuses what is no stage', () => {
    expect(() => templateOf({ stage: 'dev' as never })).toThrow(
      'Test/Platform: stage is missing or of another kind, got "dev"; pass StageProfile.dev(',
    );
    expect(() => ServicePlatform.fromContract(testStack(), 'Platform', {} as never)).toThrow('got undefined; pass ');
  });

  it('needs to know its zones offline', () => {
    const stack = new Stack(testApp(), 'Nowhere');
    expect(() => new ServicePlatform(stack, 'Platform', { stage: dev })).toThrow(
      'Nowhere/Platform/Network: zones are named after the region, got a stack without one; ' +
        'give the stack an env with a region, or name availabilityZones',
    );
  });

  it('is found by its stage, with nothing read that is not used', () => {
    const stack = testStack();
    const platform = ServicePlatform.fromContract(stack, 'Platform', { stage: dev });
    new ec2.SecurityGroup(stack, 'Group', { vpc: platform.vpc });
    expect(parametersRead(stack)).toEqual(['/mosaic/dev/platform/v1/vpc-id']);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});
