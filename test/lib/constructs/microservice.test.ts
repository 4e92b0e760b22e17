import { describe, expect, it } from '@jest/globals';
import {
  App,
  CfnParameter,
  Duration,
  aws_ec2 as ec2,
  aws_ecs as ecs,
  aws_elasticloadbalancingv2 as elb,
  Fn,
  NestedStack,
  Stack,
  aws_s3 as s3,
  aws_secretsmanager as secrets,
} from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { FIX_WORDS } from '../../../contract/fix-words.ts';
import { Binding } from '../../../lib/constructs/binding.ts';
import { Discovery } from '../../../lib/constructs/discovery.ts';
import { Microservice, type MicroserviceProps } from '../../../lib/constructs/microservice.ts';
import { ServiceImage } from '../../../lib/constructs/service-image.ts';
import { type IServicePlatform, ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { expectTimeToStart } from '../../../lib/testing/time-to-start.ts';
import { parametersRead, someImage, testStack } from './test-stack.ts';

const dev = StageProfile.dev('dev');
const prod = StageProfile.prod('prod');

interface Made {
  readonly stack: Stack;
  readonly platform: IServicePlatform;
  readonly service: Microservice;
}

function make(props: Partial<MicroserviceProps> = {}, stage = dev, stack = testStack()): Made {
  const platform = ServicePlatform.fromContract(stack, 'Platform', { stage });
  return { stack, platform, service: new Microservice(stack, 'WebBff', { platform, image: someImage, ...props }) };
}

const templateOf = (props: Partial<MicroserviceProps> = {}, stage = dev) =>
  Template.fromStack(make(props, stage).stack);
const container = (properties: object) => ({ ContainerDefinitions: [Match.objectLike(properties)] });
const withGroup = ({ stack, platform, service }: Made) =>
  service.attachTo(
    new elb.ApplicationTargetGroup(stack, 'Group', {
      vpc: platform.vpc,
      port: 8080,
      protocol: elb.ApplicationProtocol.HTTP,
      targetType: elb.TargetType.IP,
    }),
  );

describe.each([
  ['all recommended flags', () => testApp()],
  ['no flags', () => new App({ builtinCloudFormationValidation: false })],
])('Microservice with %s', (_, app) => {
  const { stack } = make({}, dev, testStack('Test', app()));
  const template = Template.fromStack(stack);

  it('goes back when three tasks of a deployment failed, healthy in between or not', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: {
          Enable: true,
          Rollback: true,
          ThresholdConfiguration: { Type: 'COUNT', Value: 3 },
          ResetOnHealthyTask: false,
        },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      },
    });
  });

  it('leaves the number of tasks to its scaling', () => {
    template.hasResourceProperties('AWS::ECS::Service', { DesiredCount: Match.absent() });
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 2);
  });

  it('chooses its capacity by strategy from the first day, so that another can be chosen later', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT', Weight: 1 }],
      LaunchType: Match.absent(),
    });
  });

  it('has no public address', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
  });

  it('lets nothing in, and out only what AWS needs', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Tasks of a service',
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })],
      SecurityGroupIngress: Match.absent(),
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });
});

describe('Microservice', () => {
  const template = templateOf();

  it('is on ARM64 with a root file system it cannot change', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      RuntimePlatform: { CpuArchitecture: 'ARM64' },
      ...container({ ReadonlyRootFilesystem: true, VersionConsistency: 'enabled', MountPoints: Match.absent() }),
    });
  });

  it('loses log lines rather than requests, and says so in the template', () => {
    const options = { mode: 'non-blocking', 'max-buffer-size': '8388608b' };
    template.hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      container({ LogConfiguration: { LogDriver: 'awslogs', Options: Match.objectLike(options) } }),
    );
    template.hasResourceProperties('AWS::ECS::Service', {
      ServiceConnectConfiguration: { LogConfiguration: { Options: Match.objectLike(options) } },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  it('is found under its own name, which differs between services whose port is called the same', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      ServiceConnectConfiguration: {
        Services: [
          {
            PortName: 'http',
            DiscoveryName: 'web-bff',
            ClientAliases: [{ DnsName: 'web-bff', Port: 80 }],
            IngressPortOverride: 18080,
            Timeout: { PerRequestTimeoutSeconds: 25, IdleTimeoutSeconds: 65 },
          },
        ],
      },
    });
  });

  it('tells its process the times of the one clock', () => {
    template.hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      container({
        StopTimeout: 65,
        Environment: Match.arrayWith([
          { Name: 'MOSAIC_SERVICE', Value: 'web-bff' },
          { Name: 'MOSAIC_STAGE', Value: 'dev' },
          { Name: 'PORT', Value: '8080' },
          { Name: 'MOSAIC_REQUEST_TIMEOUT_MS', Value: '20000' },
          { Name: 'MOSAIC_KEEP_ALIVE_MS', Value: '75000' },
          { Name: 'MOSAIC_DRAIN_MS', Value: '55000' },
        ]),
      }),
    );
  });

  it('checks its own health, and is given time to become healthy', () => {
    template.hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      container({ HealthCheck: Match.objectLike({ StartPeriod: 30 }) }),
    );
    template.hasResourceProperties('AWS::ECS::Service', { HealthCheckGracePeriodSeconds: 60 });
  });

  it('gives a slow starter as long as it says, at every check that could end it', () => {
    const slow = make({ startWithin: Duration.minutes(4) });
    const template = Template.fromStack(slow.stack);
    template.hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      container({ HealthCheck: Match.objectLike({ StartPeriod: 240 }) }),
    );
    template.hasResourceProperties('AWS::ECS::Service', { HealthCheckGracePeriodSeconds: 270 });
    expect(() => expectTimeToStart(slow.stack)).not.toThrow();
  });

  it('may do nothing of its own until it is bound', () => {
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    const ofTask = policies.filter(({ Properties }) => /TaskRole/.test(JSON.stringify(Properties.Roles)));
    expect(ofTask).toEqual([]);
  });

  it('publishes where it is and who may reach it', () => {
    const names = Object.values(template.findResources('AWS::SSM::Parameter')).map(({ Properties }) => Properties.Name);
    expect(names.toSorted()).toEqual(
      ['call-port', 'container-name', 'security-group', 'service-name', 'url'].map(
        (value) => `/mosaic/dev/services/web-bff/v1/${value}`,
      ),
    );
  });

  it('shares nothing but names with the platform', () => {
    expect(template.findOutputs('*')).toEqual({});
    expect(JSON.stringify(template.toJSON())).not.toMatch(/ImportValue|GetStackOutput/);
    expect(parametersRead(make().stack).toSorted()).toEqual(
      ['cluster-name', 'namespace-arn', 'private-subnet-ids', 'vpc-id'].map(
        (name) => `/mosaic/dev/platform/v1/${name}`,
      ),
    );
  });

  it('synthesizes without warnings', () => {
    const { stack } = make();
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  it('takes its size, number and safety from the profile', () => {
    const inProd = templateOf({}, prod);
    inProd.hasResourceProperties('AWS::ECS::TaskDefinition', { Cpu: '512', Memory: '1024' });
    inProd.hasResourceProperties('AWS::ECS::Service', {
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Weight: 1 }],
    });
    inProd.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 2, MaxCapacity: 10 });
    inProd.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain', Properties: { RetentionInDays: 90 } });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 1, MaxCapacity: 4 });
  });

  it('raises the most tasks with the fewest', () => {
    templateOf({ minTasks: 6 }).hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 6,
      MaxCapacity: 6,
    });
  });

  it('runs its tasks on the processor its image is built for', () => {
    const image = ServiceImage.fromRegistry('node:26', { architecture: 'x64', healthCommand: ['true'] });
    templateOf({ image }).hasResourceProperties('AWS::ECS::TaskDefinition', {
      RuntimePlatform: { CpuArchitecture: 'X86_64' },
    });
  });

  it('gives a writable /tmp to an image that is made for one', () => {
    const image = ServiceImage.fromRegistry('node:26', { writableTmp: true, healthCommand: ['true'] });
    templateOf({ image }).hasResourceProperties('AWS::ECS::TaskDefinition', {
      Volumes: [{ Name: 'tmp' }],
      ...container({
        ReadonlyRootFilesystem: true,
        MountPoints: [{ ContainerPath: '/tmp', SourceVolume: 'tmp', ReadOnly: false }],
      }),
    });
  });

  it('gives up its read-only root for a shell', () => {
    const open = templateOf({ exec: true });
    open.hasResourceProperties('AWS::ECS::Service', { EnableExecuteCommand: true });
    open.hasResourceProperties('AWS::ECS::TaskDefinition', container({ ReadonlyRootFilesystem: false }));
    template.hasResourceProperties('AWS::ECS::Service', { EnableExecuteCommand: false });
  });

  it('takes any grant of the CDK', () => {
    const { stack, service } = make();
    new s3.Bucket(stack, 'Bucket').grantRead(service);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: Match.arrayWith(['s3:GetObject*']) })] },
      Roles: [{ Ref: Match.stringLikeRegexp('TaskRole') }],
    });
  });

  it('is reached by a balancer at its own port, not at the one of its proxy', () => {
    const made = make();
    withGroup(made);
    Template.fromStack(made.stack).hasResourceProperties('AWS::ECS::Service', {
      LoadBalancers: [{ ContainerName: 'app', ContainerPort: 8080, TargetGroupArn: Match.anyValue() }],
    });
  });

  it('leaves the words that open the way to it', () => {
    const { service } = make();
    expect(service.node.metadata).toContainEqual(
      expect.objectContaining({
        type: FIX_WORDS,
        data: { subject: 'webBff', ways: [{ actions: [], network: true, words: 'bind(Binding.call(webBff))' }] },
      }),
    );
  });

  it('stands beside another in one stack', () => {
    const { stack, platform } = make();
    new Microservice(stack, 'Catalog', { platform, image: someImage });
    Template.fromStack(stack).resourceCountIs('AWS::ECS::Service', 2);
  });

  it('refuses a name that another service of the stage has, in whatever stack', () => {
    const app = testApp();
    make({ name: 'orders' }, dev, testStack('One', app));
    expect(() => make({ name: 'orders' }, dev, testStack('Two', app))).toThrow(
      /^Two\/WebBff: .*One\/WebBff writes already; give one/,
    );
    expect(() => make({ name: 'orders' }, prod, testStack('Three', app))).not.toThrow();
  });

  it.each<[Partial<MicroserviceProps>, string]>([
    [{ minTasks: 9, maxTasks: 4 }, 'minTasks must not exceed maxTasks (4), got 9; lower minTasks or raise maxTasks'],
    [{ minTasks: 0 }, 'minTasks must be a whole number from 1, got 0; use 1 or more'],
    [{ port: 18080 }, 'port must be a port other than 18080, on which calls arrive, got 18080; use 8080'],
    [{ healthPath: 'health' }, "healthPath must start with '/', got 'health'; use '/health'"],
    [{ healthPath: '/a b' }, "healthPath must be a path without spaces and quotes, got '/a b'; "],
    [{ name: 'Web Bff' }, "got 'Web Bff'; set name"],
    [{ maxTasks: 2.5 }, 'maxTasks must be a whole number, got 2.5; use 3'],
    [{ maxTasks: Number.NaN }, 'maxTasks must be a whole number, got NaN; use 1'],
    [{ cpu: 300 }, 'cpu must be a size that Fargate has, got 300; use one of 256, 512, '],
    [{ memory: 4096 }, 'memory must be one that Fargate gives with cpu 256, got 4096; use 512, 1024, 2048'],
    [{ cpu: 4096 }, 'with cpu 4096, got 512; use 8192, 9216, 10240 and so on to 30720'],
    [
      { startWithin: Duration.minutes(6) },
      'startWithin must not exceed 300 s, the longest start period of ECS, got 360 s; ',
    ],
    [{ startWithin: Duration.millis(1500) }, 'startWithin must be whole seconds from 1, got 1.5 s; '],
    [{ startWithin: 30 as never }, 'startWithin must be a Duration, got 30; write it like Duration.seconds(30)'],
    [{ startWithin: null as never }, 'startWithin must be a Duration, got null; '],
    [{ startWithin: Duration.seconds(0) }, 'startWithin must be whole seconds from 1, got 0 s; '],
    [{ scaling: { cpu: 0 } }, 'scaling.cpu is in percent, got 0; use 1 to 100'],
    [{ scaling: { memory: 101 } }, 'scaling.memory is in percent, got 101; use 1 to 100'],
    [{ scaling: { requests: 0 } }, 'scaling.requests must be more than 0, got 0; '],
    [{ environment: { PORT: '9999' } }, 'PORT follows from the service itself, got another value for it; drop it'],
    [{ environment: { MOSAIC_STAGE: 'x' } }, 'MOSAIC_STAGE follows from the service itself, got another value'],
    [{ platform: undefined }, 'platform is missing or of another kind, got undefined; pass ServicePlatform.from'],
    [{ image: undefined }, "image is missing or of another kind, got undefined; pass ServiceImage.fromSource('…')"],
    [{ image: ecs.ContainerImage.fromRegistry('node:26') as never }, 'of another kind, got RepositoryImage; pass'],
  ])('says what is wrong with %p', (props, message) => {
    expect(() => make(props)).toThrow(message);
    expect(() => make(props)).toThrow(/^Test\/WebBff: /);
  });
});

describe('a number that only the deployment knows', () => {
  const token = () => new CfnParameter(testStack('Elsewhere'), 'Number', { type: 'Number' }).valueAsNumber;

  it.each<[string, (number: number) => Partial<MicroserviceProps>]>([
    ['port', (port) => ({ port })],
    ['minTasks', (minTasks) => ({ minTasks })],
    ['maxTasks', (maxTasks) => ({ maxTasks })],
    ['startWithin', (seconds) => ({ startWithin: Duration.seconds(seconds) })],
    ['scaling.cpu', (cpu) => ({ scaling: { cpu } })],
    ['scaling.memory', (memory) => ({ scaling: { memory } })],
    ['scaling.requests', (requests) => ({ scaling: { requests } })],
  ])('is refused in words as %s', (prop, props) => {
    expect(() => make(props(token()))).toThrow(
      `Test/WebBff: ${prop} must be known at synth, got a token; write a number`,
    );
  });
});

describe('the size of a task', () => {
  it.each([
    [256, 2048],
    [1024, 8192],
    [8192, 20480],
    [16384, 122880],
  ])('may be cpu %p with memory %p, as Fargate has it', (cpu, memory) => {
    templateOf({ cpu, memory }).hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: String(cpu),
      Memory: String(memory),
    });
  });
});

describe('the environment of a service', () => {
  it('has one value for each variable, whether told by prop or by binding', () => {
    const { stack, platform, service } = make({ environment: { CATALOG_URL: 'http://mine', LEVEL: 'debug' } });
    const catalog = new Microservice(stack, 'Catalog', { platform, image: someImage });
    expect(() => service.bind(Binding.call(catalog))).toThrow(
      'Test/WebBff: an environment variable has one value, got a second one for CATALOG_URL; set it once',
    );
    expect(() => service.addEnvironment('LEVEL', 'info')).toThrow('got a second one for LEVEL; ');
    expect(() => service.addEnvironment('LEVEL', 'debug')).not.toThrow();
  });

  it('takes two tokens of one value for one value, and others not', () => {
    const { stack, service } = make();
    const url = (path: string) => Fn.join('/', [new CfnParameter(stack, `Host${path}`).valueAsString, path]);
    const host = new CfnParameter(stack, 'Host').valueAsString;
    service.addEnvironment('UPSTREAM', Fn.join('/', [host, 'a']));
    expect(() => service.addEnvironment('UPSTREAM', Fn.join('/', [host, 'a']))).not.toThrow();
    expect(() => service.addEnvironment('UPSTREAM', url('a'))).toThrow('got a second one for UPSTREAM; ');
  });

  it('has no variable that is a secret as well, which ECS refuses', () => {
    const synth = (environment: Record<string, string>) => {
      const { stack, service } = make({ environment });
      const password = secrets.Secret.fromSecretNameV2(stack, 'Secret', 'password');
      service.container.addSecret('PASSWORD', ecs.Secret.fromSecretsManager(password));
      return () => Template.fromStack(stack);
    };
    expect(synth({ PASSWORD: 'x' })).toThrow(
      'Test/WebBff: an environment variable is plain or a secret, got both for PASSWORD; drop one of the two',
    );
    expect(synth({ USER: 'x' })).not.toThrow();
  });

  it('leaves to its owner what the service itself does not say', () => {
    const environment = { MOSAIC_VERSION: 'abc', PORT: '8080' };
    const told = [{ Name: 'MOSAIC_VERSION', Value: 'abc' }];
    templateOf({ environment }).hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      container({ Environment: Match.arrayWith(told) }),
    );
  });
});

describe('a platform with its services', () => {
  const withPlatform = (stack: Stack): ServicePlatform =>
    new ServicePlatform(stack, 'Live', { stage: dev, vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 }) });

  it('of one stack has Fargate before it has a service', () => {
    const { stack } = make({}, prod);
    new Microservice(stack, 'Orders', { platform: withPlatform(stack), image: someImage });
    const template = Template.fromStack(stack);
    const [associations] = Object.keys(template.findResources('AWS::ECS::ClusterCapacityProviderAssociations'));
    const services = Object.entries(template.findResources('AWS::ECS::Service'));
    const dependencies = (name: string) => services.find(([id]) => id.startsWith(name))![1].DependsOn;
    expect(dependencies('Orders')).toContain(associations);
    expect(dependencies('WebBff')).not.toContain(associations);
  });

  it('of the stack around it has Fargate before the nested stack has a service', () => {
    const stack = testStack();
    const platform = withPlatform(stack);
    new Microservice(new NestedStack(stack, 'Nested'), 'Orders', { platform, image: someImage });
    const template = Template.fromStack(stack);
    const associations = Object.keys(template.findResources('AWS::ECS::ClusterCapacityProviderAssociations'));
    template.hasResource('AWS::CloudFormation::Stack', { DependsOn: Match.arrayWith(associations) });
  });

  it('of one stack has the endpoints of its network before it has a service, but not those of another network', () => {
    const stack = testStack();
    const isolated = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    const subnetConfiguration = [{ name: 'Closed', ...isolated }];
    const [vpc, other] = ['Vpc', 'Other'].map((id) => new ec2.Vpc(stack, id, { maxAzs: 2, subnetConfiguration }));
    const platform = new ServicePlatform(stack, 'Live', { stage: dev, vpc, subnets: isolated });
    new Microservice(stack, 'Orders', { platform, image: someImage });
    const service = ec2.InterfaceVpcEndpointAwsService.ECR;
    vpc!.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    new ec2.InterfaceVpcEndpoint(stack, 'Ecr', { vpc: vpc!, service });
    other!.addInterfaceEndpoint('Ecr', { service });
    const template = Template.fromStack(stack);
    const endpoints = Object.keys(template.findResources('AWS::EC2::VPCEndpoint'));
    const [orders] = Object.values(template.findResources('AWS::ECS::Service'));
    const awaited = endpoints.filter((id) => orders!.DependsOn.includes(id));
    expect([endpoints.length, awaited.length]).toEqual([3, 2]);
    expect(awaited).not.toContainEqual(expect.stringMatching(/^Other/));
  });

  it('of one stack lets its first tasks pull their images: they have the permission and a way out', () => {
    const stack = testStack();
    const platform = new ServicePlatform(stack, 'Platform', { stage: dev });
    new Microservice(stack, 'Orders', { platform, image: someImage });
    const template = Template.fromStack(stack);
    const ids = (type: string, properties: object) =>
      Object.keys(template.findResources(type, { Properties: properties }));
    const policies = ids('AWS::IAM::Policy', { Roles: [{ Ref: Match.stringLikeRegexp('ExecutionRole') }] });
    const routes = ids('AWS::EC2::Route', { InstanceId: Match.anyValue() });
    expect([policies.length, routes.length]).toEqual([1, 2]);
    const [service] = Object.values(template.findResources('AWS::ECS::Service'));
    expect(service!.DependsOn).toEqual(expect.arrayContaining([...policies, ...routes]));
  });

  it('of another stack is not used live', () => {
    const app = testApp();
    const platform = withPlatform(testStack('Ground', app));
    expect(() => make({ platform }, dev, testStack('Two', app))).toThrow(
      "Two/WebBff: stacks share only names, got Ground/Live of another stack; use ServicePlatform.fromContract(this, 'Platform'",
    );
    const nested = new NestedStack(Stack.of(platform), 'Nested');
    expect(() => new Microservice(nested, 'Orders', { platform, image: someImage })).not.toThrow();
  });
});

describe('one stage name in two regions', () => {
  const regions = ['eu-west-1', 'us-east-1'];
  const account = '111111111111';

  it('is two stages: calls of the one form no cycle with those of the other', () => {
    const app = testApp();
    const [one, two] = regions.map((region) => {
      const { stack, platform, service } = make({}, dev, new Stack(app, region, { env: { account, region } }));
      return { webBff: service, orders: new Microservice(stack, 'Orders', { platform, image: someImage }) };
    });
    one!.webBff.bind(Binding.call(one!.orders));
    expect(() => two!.orders.bind(Binding.call(two!.webBff))).not.toThrow();
    expect(() => one!.orders.bind(Binding.call(one!.webBff))).toThrow('got orders → web-bff → orders; ');
  });

  it('may find its services in two ways', () => {
    const app = testApp();
    const [there, here] = regions.map((region) => ({ env: { account, region } }));
    make({ discovery: Discovery.cloudMap() }, dev, new Stack(app, 'There', there));
    make({}, dev, new Stack(app, 'Here', here));
    Microservice.fromContract(new Stack(app, 'Caller', here), 'WebBff', { stage: dev });
    expect(() => app.synth()).not.toThrow();
    Microservice.fromContract(new Stack(app, 'Other', there), 'WebBff', { stage: dev });
    expect(() => app.synth({ force: true })).toThrow('Other/WebBff: There/WebBff is found by Discovery.cloudMap()');
  });

  it('needs an env to tell them apart, and the error says so', () => {
    const app = testApp();
    make({}, dev, new Stack(app, 'One'));
    expect(() => make({}, dev, new Stack(app, 'Two'))).toThrow(
      /give one of the two another stage or, if it is a service, another name, or each stack an env if they are for different accounts or regions$/,
    );
  });
});

describe('what is bound', () => {
  it('is a binding, not the thing itself', () => {
    const { stack, platform, service } = make();
    const catalog = new Microservice(stack, 'Catalog', { platform, image: someImage });
    expect(() => service.bind(catalog as never)).toThrow(
      'Test/WebBff: a binding is missing or of another kind, got Microservice; pass what Binding.call(…), ',
    );
  });
});

describe('scaling by requests', () => {
  it('counts what the balancer sends', () => {
    const made = make({ scaling: { requests: 600, cpu: 50 } });
    const listener = elb.ApplicationListener.fromApplicationListenerAttributes(made.stack, 'Listener', {
      listenerArn:
        'arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/lb/1234567890123456/1234567890123456',
      securityGroup: made.service.securityGroup,
    });
    const group = new elb.ApplicationTargetGroup(made.stack, 'Group', {
      vpc: made.platform.vpc,
      port: 8080,
      protocol: elb.ApplicationProtocol.HTTP,
      targetType: elb.TargetType.IP,
    });
    listener.addTargetGroups('Rule', {
      targetGroups: [group],
      priority: 1,
      conditions: [elb.ListenerCondition.pathPatterns(['/'])],
    });
    made.service.attachTo(group);
    const policy = (metric: string, value: number) => ({
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: metric },
        TargetValue: value,
      },
    });
    const template = Template.fromStack(made.stack);
    template.hasResourceProperties(
      'AWS::ApplicationAutoScaling::ScalingPolicy',
      policy('ALBRequestCountPerTarget', 600),
    );
    template.hasResourceProperties(
      'AWS::ApplicationAutoScaling::ScalingPolicy',
      policy('ECSServiceAverageCPUUtilization', 50),
    );
  });

  it('is an error for a service that the balancer never reaches', () => {
    const { stack } = make({ scaling: { requests: 600 } });
    expect(() => Template.fromStack(stack)).toThrow(/Test\/WebBff: scaling.requests counts .* got no route; add one/);
  });
});
