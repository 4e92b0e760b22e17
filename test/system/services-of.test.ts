import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type App, type CfnResource, Fn, Stack, Stage } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  AppProtocol,
  Cluster,
  ContainerDependencyCondition,
  ContainerImage,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  Protocol,
} from 'aws-cdk-lib/aws-ecs';
import { ApplicationLoadBalancedFargateService } from 'aws-cdk-lib/aws-ecs-patterns';
import { FileSystem } from 'aws-cdk-lib/aws-efs';
import { ApplicationLoadBalancer, NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { DnsRecordType, HttpNamespace, PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct, IConstruct } from 'constructs';
import { readAssembly } from '../../assembly/read-assembly.ts';
import { readSystem } from '../../system/read-system.ts';
import { servicesOf } from '../../system/services-of.ts';
import { synthesized, temporaryFolder } from '../assembly/synthesized.ts';

const env = { account: '123456789012', region: 'eu-west-1' };

const systemOf = (define: (app: App) => void) => readSystem(readAssembly(synthesized(define)));

class Network extends Stack {
  readonly vpc = new Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 0 });
  readonly cluster = new Cluster(this, 'Cluster', { vpc: this.vpc });

  override get availabilityZones(): string[] {
    return ['eu-west-1a', 'eu-west-1b'];
  }
}

const imageFolder = (): string => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'Dockerfile'), 'FROM node:26-slim\nCMD ["node", "-v"]\n');
  return folder;
};

const definition = (
  scope: Construct,
  id: string,
  image = ContainerImage.fromRegistry('nginx'),
): FargateTaskDefinition => {
  const task = new FargateTaskDefinition(scope, id, { cpu: 256, memoryLimitMiB: 512 });
  task.addContainer('app', {
    image,
    portMappings: [{ name: 'http', containerPort: 8080, appProtocol: AppProtocol.http }],
  });
  return task;
};

/** What the CDK warns of when it is not set. */
const quiet = { circuitBreaker: { rollback: true }, minHealthyPercent: 100 };

const service = (stack: Network, id: string): FargateService =>
  new FargateService(stack, id, { ...quiet, cluster: stack.cluster, taskDefinition: definition(stack, `${id}Task`) });

const override = (resource: IConstruct | undefined, property: string, value: unknown): void =>
  (resource as CfnResource).addPropertyOverride(property, value);

describe('servicesOf', () => {
  it('gathers a balanced service of aws-ecs-patterns with its image, target and roles', () => {
    const folder = imageFolder();
    const system = systemOf((app) => {
      const stack = new Network(app, 'Hello', { env });
      new ApplicationLoadBalancedFargateService(stack, 'Web', {
        ...quiet,
        cluster: stack.cluster,
        desiredCount: 2,
        taskImageOptions: {
          image: ContainerImage.fromAsset(folder),
          containerPort: 8080,
          environment: { NETWORK: stack.vpc.vpcId },
        },
      });
    });
    const [web, ...others] = servicesOf(system);
    expect(others).toEqual([]);
    expect(web).toMatchObject({
      name: 'web',
      path: 'Hello/Web/Service/Service',
      desired: 2,
      healthCheckGraceSeconds: 60,
    });
    expect(web!.targets).toEqual([{ targetGroup: expect.stringContaining(':targetgroup/'), port: 8080 }]);
    expect(web!.vpcAddress).toMatch(/^10\.0\.\d+\.4$/);
    const [container] = web!.definition.containers;
    expect(container).toMatchObject({
      name: 'web',
      essential: true,
      ports: [{ port: 8080 }],
      environment: { NETWORK: expect.stringMatching(/^vpc-/) },
      asset: { tag: expect.stringMatching(/^[0-9a-f]{64}$/), dockerfile: 'Dockerfile' },
    });
    expect(web!.definition).toMatchObject({ cpu: 256, memoryMiB: 512, taskRole: expect.stringContaining(':role/') });
    expect(system.honesty.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
  });

  it('runs a service behind a network balancer without it, and says so', () => {
    const read = (define: (stack: Network, web: FargateService) => void) => {
      const system = systemOf((app) => {
        const stack = new Network(app, 'Shop', { env });
        define(stack, service(stack, 'Web'));
      });
      const refused = system.honesty
        .filter(({ verdict }) => verdict === 'refused')
        .map(({ type, property }) => [type, property]);
      return { targets: servicesOf(system)[0]!.targets.length, refused };
    };
    const balanced = read((stack, web) => {
      const listener = new ApplicationLoadBalancer(stack, 'Alb', { vpc: stack.vpc }).addListener('Http', { port: 80 });
      listener.addTargets('Web', { port: 8080, targets: [web] });
    });
    expect(balanced).toEqual({ targets: 1, refused: [] });
    const network = read((stack, web) => {
      const listener = new NetworkLoadBalancer(stack, 'Nlb', { vpc: stack.vpc }).addListener('Tcp', { port: 80 });
      listener.addTargets('Web', { port: 8080, targets: [web] });
    });
    expect(network.targets).toBe(0);
    expect(network.refused).toEqual([
      ...['LoadBalancer', 'Listener', 'TargetGroup'].map((type) => [`AWS::ElasticLoadBalancingV2::${type}`, '*']),
      ['AWS::ECS::Service', 'LoadBalancers.0'],
    ]);
  });

  it('finds a service by DNS only where Cloud Map has addresses of it', () => {
    const names = (type: DnsRecordType.A | DnsRecordType.SRV) =>
      servicesOf(
        systemOf((app) => {
          const stack = new Network(app, 'Notes', { env });
          const namespace = new PrivateDnsNamespace(stack, 'Names', { name: 'notes.local', vpc: stack.vpc });
          service(stack, 'Store').enableCloudMap({ name: 'store', cloudMapNamespace: namespace, dnsRecordType: type });
        }),
      )[0]!.dnsNames;
    expect(names(DnsRecordType.A)).toEqual(['store.notes.local']);
    expect(names(DnsRecordType.SRV)).toEqual([]);
  });

  it('gives services in a private DNS namespace their host names, and starts callees first', () => {
    const system = systemOf((app) => {
      const stack = new Network(app, 'Notes', { env });
      const namespace = new PrivateDnsNamespace(stack, 'Names', { name: 'notes.local', vpc: stack.vpc });
      const front = service(stack, 'Front');
      const store = service(stack, 'NoteStore');
      store.enableCloudMap({ name: 'store', cloudMapNamespace: namespace });
      front.node.addDependency(store);
    });
    const services = servicesOf(system);
    expect(services.map(({ name, dnsNames }) => [name, dnsNames])).toEqual([
      ['front', []],
      ['store', ['store.notes.local']],
    ]);
    const [front, store] = services;
    expect([front!.after, store!.after]).toEqual([[store!.id], []]);
    expect(front!.vpcAddress).not.toBe(store!.vpcAddress);
  });

  it('reads a stage whose stacks share nothing but SSM parameters, Service Connect included', () => {
    const system = systemOf((app) => {
      const stage = new Stage(app, 'dev', { env });
      // The reader is made first: the order must come from the parameters, not from the manifest.
      const shop = new Stack(stage, 'Shop');
      const platform = new Network(stage, 'Platform');
      const namespace = new HttpNamespace(platform, 'Namespace', { name: 'dev.shop' });
      const share = (name: string, value: string) =>
        new StringParameter(platform, name, { parameterName: `/shop/dev/v1/${name}`, stringValue: value });
      share('cluster', platform.cluster.clusterName);
      share('namespace', namespace.namespaceArn);
      share('vpc', platform.vpc.vpcId);
      share('subnets', platform.vpc.isolatedSubnets.map(({ subnetId }) => subnetId).join(','));

      const shared = (name: string) => StringParameter.valueForStringParameter(shop, `/shop/dev/v1/${name}`);
      const vpc = Vpc.fromVpcAttributes(shop, 'Vpc', {
        vpcId: shared('vpc'),
        availabilityZones: ['eu-west-1a', 'eu-west-1b'],
        isolatedSubnetIds: Fn.split(',', shared('subnets'), 2),
        isolatedSubnetRouteTableIds: ['rtb-1', 'rtb-2'],
      });
      const web = new FargateService(shop, 'WebBff', {
        ...quiet,
        cluster: Cluster.fromClusterAttributes(shop, 'Cluster', { vpc, clusterName: shared('cluster') }),
        taskDefinition: definition(shop, 'Task'),
        vpcSubnets: { subnets: vpc.isolatedSubnets },
        securityGroups: [new SecurityGroup(shop, 'Group', { vpc })],
        serviceConnectConfiguration: {
          namespace: shared('namespace'),
          services: [{ portMappingName: 'http', dnsName: 'web', port: 80, ingressPortOverride: 9080 }],
        },
      });
      web.autoScaleTaskCount({ minCapacity: 3, maxCapacity: 6 });
    });
    expect(system.stacks.map(({ name, after }) => [name, after])).toEqual([
      ['dev-Platform', []],
      ['dev-Shop', ['dev-Platform']],
    ]);
    const [web] = servicesOf(system);
    expect(web).toMatchObject({
      name: 'web-bff',
      desired: 3,
      cluster: expect.stringMatching(/^dev-Platform-Cluster/),
      groups: [expect.stringMatching(/^sg-/)],
      vpcAddress: expect.stringMatching(/^10\.0\./),
      connect: {
        namespace: 'dev.shop',
        endpoints: [
          {
            discoveryName: 'http',
            aliases: [{ host: 'web', port: 80 }],
            protocol: 'http',
            containerPort: 8080,
            ingressPort: 9080,
            perRequestTimeoutSeconds: 15,
            idleTimeoutSeconds: 300,
          },
        ],
      },
    });
    expect(system.honesty.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
  });

  it('starts services of a stack after those of all stacks it comes after, however far', () => {
    const services = servicesOf(
      systemOf((app) => {
        const first = new Network(app, 'First', { env });
        const between = new Stack(app, 'Between', { env });
        const last = new Network(app, 'Last', { env });
        service(first, 'A');
        service(last, 'B');
        between.addStackDependency(first);
        last.addStackDependency(between);
      }),
    );
    expect(services.map(({ name, after }) => [name, after])).toEqual([
      ['a', []],
      ['b', [services[0]!.id]],
    ]);
  });

  it('names services that would be called the same after their stacks', () => {
    const services = servicesOf(
      systemOf((app) => {
        service(new Network(app, 'Blue', { env }), 'Web');
        service(new Network(app, 'Green', { env }), 'Web');
      }),
    );
    expect(services.map(({ name }) => name)).toEqual(['blue-web', 'green-web']);
  });

  it('runs the very revision that a template names by Ref', () => {
    const [runner, web] = servicesOf(
      systemOf((app) => {
        const stack = new Network(app, 'Shop', { env });
        const { taskDefinition } = service(stack, 'Web');
        service(stack, 'Runner').taskDefinition.defaultContainer!.addEnvironment(
          'RUNS',
          taskDefinition.taskDefinitionArn,
        );
      }),
    ).toSorted((one, other) => one.name.localeCompare(other.name));
    const named = runner!.definition.containers[0]!.environment.RUNS;
    expect(named).toBe(`arn:aws:ecs:eu-west-1:123456789012:task-definition/${web!.definition.revision}`);
  });

  it('starts containers after those they depend on', () => {
    const [web] = servicesOf(
      systemOf((app) => {
        const stack = new Network(app, 'Shop', { env });
        const { taskDefinition } = service(stack, 'Web');
        const agent = taskDefinition.addContainer('agent', {
          image: ContainerImage.fromRegistry('agent'),
          portMappings: [{ containerPort: 4318, protocol: Protocol.TCP }],
        });
        taskDefinition.defaultContainer!.addContainerDependencies({
          container: agent,
          condition: ContainerDependencyCondition.START,
        });
      }),
    );
    expect(web!.definition.containers.map(({ name }) => name)).toEqual(['agent', 'app']);
  });

  it.each<[what: string, change: (web: FargateService) => void, why: RegExp]>([
    [
      'a file system that tasks share',
      ({ taskDefinition, cluster }) => {
        const { fileSystemId } = new FileSystem(taskDefinition.stack, 'Files', { vpc: cluster.vpc });
        taskDefinition.addVolume({ name: 'files', efsVolumeConfiguration: { fileSystemId } });
      },
      /Volumes\.0\.EFSVolumeConfiguration: the twin has no file system that tasks share/,
    ],
    [
      'instances',
      (web) => override(web.node.findChild('Service'), 'LaunchType', 'EC2'),
      /LaunchType: the twin runs Fargate tasks, not EC2/,
    ],
    [
      'a GPU',
      ({ taskDefinition }) =>
        override(taskDefinition.node.defaultChild, 'ContainerDefinitions.0.ResourceRequirements', [
          { Type: 'GPU', Value: '1' },
        ]),
      /ContainerDefinitions\.0\.ResourceRequirements: the twin hands no GPUs/,
    ],
    [
      'a host network',
      ({ taskDefinition }) => override(taskDefinition.node.defaultChild, 'NetworkMode', 'host'),
      /NetworkMode: the twin gives each task an address of its own, got host; use awsvpc/,
    ],
  ])('leaves out a service that needs %s and says why, the others run', (_, change, why) => {
    const system = systemOf((app) => {
      const stack = new Network(app, 'Shop', { env });
      change(service(stack, 'Web'));
      service(stack, 'Plain');
    });
    expect(servicesOf(system).map(({ name }) => name)).toEqual(['plain']);
    const left = system.honesty.filter(({ type, property }) => type === 'AWS::ECS::Service' && property === '*');
    expect(left.find(({ verdict }) => verdict === 'refused')?.why).toMatch(why);
  });

  it('fails clearly when none of the services can run', () => {
    const system = systemOf((app) => {
      const stack = new Network(app, 'Shop', { env });
      const { taskDefinition } = service(stack, 'Web');
      const missing = StringParameter.valueForStringParameter(stack, '/elsewhere/url');
      taskDefinition.defaultContainer!.addEnvironment('URL', missing);
    });
    expect(() => servicesOf(system)).toThrow(
      /^none of the services can run: Shop\/WebService\w+: no task of it runs: .*no stack of this assembly writes the SSM parameter \/elsewhere\/url; add/,
    );
  });

  it('says that it does not deliver to a log driver it does not know, and runs the service', () => {
    const system = systemOf((app) => {
      const stack = new Network(app, 'Shop', { env });
      service(stack, 'Web').taskDefinition.addContainer('side', {
        image: ContainerImage.fromRegistry('x'),
        logging: LogDrivers.gelf({ address: 'udp://logs:12201' }),
      });
    });
    expect(servicesOf(system)).toHaveLength(1);
    expect(system.honesty.filter(({ verdict }) => verdict === 'refused').map(({ property }) => property)).toEqual([
      'ContainerDefinitions.1.LogConfiguration.LogDriver',
    ]);
  });
});
