import {
  type Duration,
  aws_ec2 as ec2,
  aws_ecs as ecs,
  type aws_elasticloadbalancingv2 as elb,
  type aws_iam as iam,
  Stack,
} from 'aws-cdk-lib';
import { Construct, Dependable, type IConstruct, type IDependable } from 'constructs';
import { FIX_WORDS, type FixWords } from '../../contract/fix-words.ts';
import { serviceParameter } from '../../contract/parameters.ts';
import { ConstructName } from './construct-name.ts';
import { Discovery } from './discovery.ts';
import { FargateTask } from './fargate-task.ts';
import { wrongMicroservice } from './microservice-rules.ts';
import { type MicroserviceContractProps, PublishedMicroservice } from './published-microservice.ts';
import { expectDuration, inOneStack, refuse, refuseOther, refuseTokens } from './refusal.ts';
import type { ServiceImage } from './service-image.ts';
import { expectPlatform, type IServicePlatform } from './service-platform.ts';
import { type ScalingTargets, ServiceScaling } from './service-scaling.ts';
import { StageParameter } from './stage-parameter.ts';
import type { StageProfile } from './stage-profile.ts';
import { Timeouts } from './timeouts.ts';

/** A service others can call, made here or found by its contract. */
export interface IMicroservice extends IConstruct, ec2.IConnectable {
  /** Name callers know it by. */
  readonly name: string;
  /** The stage it belongs to. */
  readonly stage: StageProfile;
  /** How callers find its tasks. */
  readonly discovery: Discovery;
  /** Where callers inside the stage reach it. */
  readonly url: string;
  /** The port of its tasks that calls arrive on; security-group rules name this one. */
  readonly callPort: number;
  /** The group of its tasks. */
  readonly securityGroup: ec2.ISecurityGroup;
}

/** One line that gives a service access to something: permission, network path and environment variable at once. */
export interface IBinding {
  /** Called once by `service.bind(…)`. */
  bind(service: Microservice): void;
}

/** What a {@link Microservice} is made of. */
export interface MicroserviceProps {
  /** What it runs on. */
  readonly platform: IServicePlatform;
  /** What it runs. */
  readonly image: ServiceImage;
  /** Name callers know it by. Another name is another service. @default - the id in kebab case */
  readonly name?: string;
  /** How callers find its tasks. @default Discovery.serviceConnect() */
  readonly discovery?: Discovery;
  /** CPU units of a task; 1024 are one processor. @default - the profile's: 256 in dev, 512 in prod */
  readonly cpu?: number;
  /** Memory of a task in MiB. @default - the profile's: 512 in dev, 1024 in prod */
  readonly memory?: number;
  /** Tasks it never goes below. @default - the profile's: 1 in dev, 2 in prod */
  readonly minTasks?: number;
  /** Tasks it never exceeds. @default - the profile's: 4 in dev, 10 in prod */
  readonly maxTasks?: number;
  /** When to add tasks. @default - at 60 % CPU or 75 % memory */
  readonly scaling?: ScalingTargets;
  /** Further environment variables. @default - none */
  readonly environment?: Record<string, string>;
  /** The port it listens on. @default 8080 */
  readonly port?: number;
  /** Answers 200 when the task may get traffic. @default '/health' */
  readonly healthPath?: string;
  /** How long failed health checks of a task that starts do not count, at most 300 s. @default Duration.seconds(30) */
  readonly startWithin?: Duration;
  /** Lets people open a shell in a task; gives up the read-only root file system for it. @default false */
  readonly exec?: boolean;
}

/**
 * The port on which the Service Connect proxy takes calls. It is fixed from the first deployment on: adding a first
 * route later must not change the port that callers' security-group rules name.
 */
const CALL_PORT = 18080;

/** Without this flag, which older apps don't have, `exec` lets the service write to every log of the account. */
const NO_LOGS_FOR_EXEC = '@aws-cdk/aws-ecs:reduceEc2FargateCloudWatchPermissions';

/** A service on Fargate with safe defaults; {@link bind} gives it access to what it needs. */
export class Microservice extends Construct implements IMicroservice, iam.IGrantable {
  /** The service another stack made, found by stage and name. */
  static fromContract(scope: Construct, id: string, props: MicroserviceContractProps): IMicroservice {
    const service = new PublishedMicroservice(scope, id, props);
    service.node.addValidation({ validate: () => disagreement(service) });
    return service;
  }

  readonly name: string;
  readonly stage: StageProfile;
  /** What it runs on. */
  readonly platform: IServicePlatform;
  readonly discovery: Discovery;
  readonly url: string;
  /** The container's own port, on which the balancer reaches it. */
  readonly port: number;
  readonly callPort: number = CALL_PORT;
  /** Answers 200 when the task may get traffic. */
  readonly healthPath: string;
  readonly securityGroup: ec2.SecurityGroup;
  readonly connections: ec2.Connections;
  readonly grantPrincipal: iam.IPrincipal;
  /** The ECS service underneath. */
  readonly service: ecs.FargateService;
  /** What its tasks are made of; sidecars and volumes are added here. */
  readonly taskDefinition: ecs.FargateTaskDefinition;
  /** The container of the image; secrets are added here. */
  readonly container: ecs.ContainerDefinition;
  /** How many tasks it has, and further reasons to scale. */
  readonly scaling: ecs.ScalableTaskCount;
  private readonly scalingTargets: ServiceScaling;
  private readonly chassis: Readonly<Record<string, string>>;
  private readonly variables = new Map<string, string>();

  constructor(scope: Construct, id: string, props: MicroserviceProps) {
    super(scope, id);
    this.node.setContext(NO_LOGS_FOR_EXEC, true);
    expectPlatform(this, props.platform);
    if (typeof props.image?.bind !== 'function' || props.image instanceof ecs.ContainerImage) {
      refuseOther(this, 'image', props.image, "ServiceImage.fromSource('…')");
    }
    this.platform = props.platform;
    this.stage = props.platform.stage;
    this.name = props.name ?? ConstructName.kebab(id);
    this.port = props.port ?? 8080;
    this.healthPath = props.healthPath ?? '/health';
    this.discovery = props.discovery ?? Discovery.serviceConnect();
    this.url = this.discovery.urlOf(this.name, this.stage);
    expectDuration(this, 'startWithin', props.startWithin);
    refuseTokens(this, {
      port: props.port,
      minTasks: props.minTasks,
      maxTasks: props.maxTasks,
      startWithin: props.startWithin,
    });
    const { rules } = this.stage;
    const minTasks = props.minTasks ?? rules.minTasks;
    const maxTasks = props.maxTasks ?? Math.max(props.minTasks ?? 0, rules.maxTasks);
    const { cpu = rules.cpu, memory = rules.memory, startWithin = Timeouts.arrive.start } = props;
    const { name, port, callPort, healthPath } = this;
    const shape = { name, port, callPort, healthPath, startWithin, cpu, memory, minTasks, maxTasks };
    const wrong = wrongMicroservice(shape);
    if (wrong) refuse(this, wrong);

    const task = new FargateTask(this, 'Task', {
      ...props,
      stage: this.stage,
      service: this.name,
      port: this.port,
      healthPath: this.healthPath,
      startWithin,
    });
    this.taskDefinition = task.definition;
    this.container = task.container;
    this.grantPrincipal = this.taskDefinition.taskRole;
    this.chassis = task.environment;
    for (const [name, value] of Object.entries(props.environment ?? {})) this.addEnvironment(name, value);

    this.securityGroup = this.newSecurityGroup();
    this.service = this.newService(task, startWithin, props.exec ?? false);
    this.connections = new ec2.Connections({
      securityGroups: [this.securityGroup],
      defaultPort: ec2.Port.tcp(this.callPort),
    });
    this.scalingTargets = new ServiceScaling(this, {
      service: this.service,
      minTasks,
      maxTasks,
      targets: props.scaling ?? {},
    });
    this.scaling = this.scalingTargets.taskCount;
    this.node.addValidation({ validate: () => this.variablesGivenTwice() });
    this.publish();
  }

  /** Gives the service access to each of these. */
  bind(...bindings: IBinding[]): this {
    for (const binding of bindings) {
      if (typeof binding?.bind !== 'function' || binding instanceof Microservice) {
        refuseOther(this, 'a binding', binding, 'what Binding.call(…), read(…) or readWrite(…) returns');
      }
      binding.bind(this);
    }
    return this;
  }

  /** Registers its tasks, at their own port, with a target group; scales by the group's requests if asked to. */
  attachTo(targetGroup: elb.ApplicationTargetGroup): void {
    const target = this.service.loadBalancerTarget({
      containerName: this.container.containerName,
      containerPort: this.port,
    });
    targetGroup.addTarget(target);
    this.scalingTargets.addRequests(targetGroup);
  }

  /** Sets an environment variable of the container; setting it to another value later is an error. */
  addEnvironment(name: string, value: string): void {
    if ((this.chassis[name] ?? value) !== value) {
      refuse(
        this,
        `${name} follows from the service itself, got another value for it; drop it and set port, name or stage`,
      );
    }
    if (!this.isSame(this.variables.get(name) ?? value, value)) {
      refuse(
        this,
        `an environment variable has one value, got a second one for ${name}; set it once, ` +
          "or name a store's variable: Binding.read(store, { variable: '…' })",
      );
    }
    this.variables.set(name, value);
    this.container.addEnvironment(name, value);
  }

  /** Whether two values will be one in the template: each reading of a parameter is a token of its own. */
  private isSame(one: string, other: string): boolean {
    const text = (value: string): string => JSON.stringify(Stack.of(this).resolve(value));
    return one === other || text(one) === text(other);
  }

  /** What is wrong with variables that are given openly and as secrets, which ECS takes only one of. */
  private variablesGivenTwice(): string[] {
    const rendered: ecs.CfnTaskDefinition.ContainerDefinitionProperty = Stack.of(this).resolve(
      this.container.renderContainerDefinition(this.taskDefinition),
    );
    const names = (list: unknown): string[] => ((list ?? []) as { name: string }[]).map(({ name }) => name);
    const open = new Set(names(rendered.environment));
    return names(rendered.secrets)
      .filter((name) => open.has(name))
      .map(
        (name) =>
          `${this.node.path}: an environment variable is plain or a secret, got both for ${name}; drop one of the two`,
      );
  }

  private newSecurityGroup(): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: this.platform.vpc,
      // A changed description replaces the group, and with it every rule that names it.
      description: 'Tasks of a service',
      allowAllOutbound: false,
    });
    group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'AWS: images, logs, parameters, tables');
    return group;
  }

  private newService(task: FargateTask, startWithin: Duration, exec: boolean): ecs.FargateService {
    const service = new ecs.FargateService(this, 'Service', {
      cluster: this.platform.cluster,
      taskDefinition: task.definition,
      capacityProviderStrategies: [{ capacityProvider: this.stage.rules.spot ? 'FARGATE_SPOT' : 'FARGATE', weight: 1 }],
      vpcSubnets: this.platform.subnets,
      securityGroups: [this.securityGroup],
      assignPublicIp: false,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      healthCheckGracePeriod: startWithin.plus(Timeouts.arrive.settle),
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
      enableExecuteCommand: exec,
      enableECSManagedTags: true,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      serviceConnectConfiguration: {
        namespace: this.platform.namespaceArn,
        logDriver: task.logs('service-connect'),
        services: [
          {
            portMappingName: task.portName,
            // Unique in the namespace; by default it would be the port's name, the same for every service.
            discoveryName: this.name,
            dnsName: this.name,
            port: 80,
            ingressPortOverride: this.callPort,
            perRequestTimeout: Timeouts.deadline.proxy,
            idleTimeout: Timeouts.idle.proxy,
          },
        ],
      },
    });
    // The cluster's capacity providers are a separate resource, which must be there before the service.
    if (inOneStack(this.platform.cluster, this)) service.node.addDependency(this.platform.cluster);
    // By default a task that turns healthy and then dies resets the count, and a deployment never fails.
    const breaker = 'DeploymentConfiguration.DeploymentCircuitBreaker';
    const resource = service.node.defaultChild as ecs.CfnService;
    // Nothing in the service names what its first tasks pull their images with: the permission, and the way out.
    const { internetConnectivityEstablished } = this.platform.vpc.selectSubnets(this.platform.subnets);
    resource.node.addDependency(
      task.definition.obtainExecutionRole(),
      internetConnectivityEstablished,
      this.endpoints(),
    );
    resource.addPropertyOverride(`${breaker}.ThresholdConfiguration`, { Type: 'COUNT', Value: 3 });
    resource.addPropertyOverride(`${breaker}.ResetOnHealthyTask`, false);
    // Both are documented, and the CDK's own validation knows them; versions of cfn-lint still in use don't.
    resource.addMetadata('cfn-lint', { config: { ignore_checks: ['E3002'] } });
    return service;
  }

  /** The endpoints its network is given together with it, those added later included. */
  private endpoints(): IDependable {
    const { vpc } = this.platform;
    const isOwn = (one: IConstruct) =>
      one instanceof ec2.CfnVPCEndpoint && one.vpcId === vpc.vpcId && inOneStack(one, this);
    const endpoints: IDependable = {};
    Dependable.implement(endpoints, {
      get dependencyRoots() {
        return vpc.node.root.node.findAll().filter(isOwn);
      },
    });
    return endpoints;
  }

  private publish(): void {
    const values = {
      url: this.url,
      'call-port': String(this.callPort),
      'security-group': this.securityGroup.securityGroupId,
      'service-name': this.service.serviceName,
      'container-name': this.container.containerName,
    };
    for (const [name, value] of Object.entries(values)) {
      StageParameter.write(this, serviceParameter(this.stage.name, this.name, name), value);
    }
    const subject = ConstructName.camel(this.node.id);
    const call = `bind(Binding.call(${subject}))`;
    const elsewhere = `in another stack, found by Microservice.fromContract with discovery: Discovery.${this.discovery.name}()`;
    const words: FixWords = {
      subject,
      ways: [
        { actions: [], network: true, words: call },
        { actions: this.discovery.actions, network: false, words: `${call}; ${elsewhere}` },
      ].filter(({ actions, network }) => network || actions.length > 0),
    };
    this.node.addMetadata(FIX_WORDS, words);
  }
}

/** The problem where two stacks of an app disagree on how a service is found. */
function disagreement(published: IMicroservice): string[] {
  const isTheSame = (one: IConstruct): one is Microservice =>
    one instanceof Microservice &&
    one.name === published.name &&
    one.stage.name === published.stage.name &&
    Stack.of(one).environment === Stack.of(published).environment;
  const made = published.node.root.node.findAll().find(isTheSame);
  if (!made || made.discovery.name === published.discovery.name) return [];
  return [
    `${published.node.path}: ${made.node.path} is found by Discovery.${made.discovery.name}(), ` +
      `got Discovery.${published.discovery.name}(); pass discovery: Discovery.${made.discovery.name}() to fromContract`,
  ];
}
