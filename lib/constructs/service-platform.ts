import { aws_servicediscovery as cloudmap, aws_ec2 as ec2, aws_ecs as ecs, Fn, Stack, Token } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import { namespaceName, platformParameter } from '../../contract/parameters.ts';
import { acknowledge } from './acknowledgement.ts';
import { PlatformNetwork } from './platform-network.ts';
import { type PlatformContractProps, PublishedPlatform } from './published-platform.ts';
import { refuse, refuseOther, refuseOtherStack } from './refusal.ts';
import { StageParameter } from './stage-parameter.ts';
import { expectStage, type StageProfile } from './stage-profile.ts';

/** What services run on: a network, a cluster, and the namespace in which they find each other. */
export interface IServicePlatform extends IConstruct {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
  /** The network. */
  readonly vpc: ec2.IVpc;
  /** The private subnets tasks run in, one per zone. */
  readonly subnets: ec2.SubnetSelection;
  /** The cluster its services run in. */
  readonly cluster: ecs.ICluster;
  /** ARN of the Cloud Map namespace of Service Connect. */
  readonly namespaceArn: string;
}

/** What a {@link ServicePlatform} is made of. */
export interface ServicePlatformProps {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
  /** A network you already have, with a private subnet in as many zones as the stage has. @default - a new one */
  readonly vpc?: ec2.IVpc;
  /**
   * Which private subnets of that network tasks run in, one in each zone: those of a group, or isolated ones whose
   * endpoints reach ECR, S3, CloudWatch Logs and whatever else of AWS the services use.
   * @default - those with a way out
   */
  readonly subnets?: ec2.SubnetSelection;
  /** A cluster you already have in that network, with Fargate capacity providers. @default - a new one */
  readonly cluster?: ecs.ICluster;
  /** Address range of a new network, from /16 to /22 for up to three zones, to /21 for more. @default '10.0.0.0/16' */
  readonly cidr?: string;
  /** Zones of a new network, as many as the stage has. @default - the first letters of the stack's region */
  readonly availabilityZones?: string[];
}

/** The ground services stand on; it publishes what it offers, so that service stacks need no reference to it. */
export class ServicePlatform extends Construct implements IServicePlatform {
  /** The platform another stack made, found by its stage alone. */
  static fromContract(scope: Construct, id: string, props: PlatformContractProps): IServicePlatform {
    return new PublishedPlatform(scope, id, props);
  }

  readonly stage: StageProfile;
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.SubnetSelection;
  readonly cluster: ecs.ICluster;
  readonly namespaceArn: string;

  constructor(scope: Construct, id: string, props: ServicePlatformProps) {
    super(scope, id);
    expectStage(this, props.stage);
    this.stage = props.stage;
    if (props.cluster && !props.vpc) {
      refuse(this, 'a cluster of yours comes with its network, got no vpc; pass cluster.vpc as vpc');
    }
    if (props.vpc && (props.cidr || props.availabilityZones)) {
      refuse(this, 'cidr and availabilityZones are for a new network, got vpc as well; drop them');
    }
    if (props.subnets && !props.vpc) {
      refuse(this, 'subnets choose among those of a network of yours, got no vpc; pass it as vpc, or drop subnets');
    }
    this.vpc = props.vpc ?? new PlatformNetwork(this, 'Network', props).vpc;
    this.subnets = { subnets: this.onePerZone(props.subnets) };
    this.cluster = props.cluster ?? this.newCluster();
    this.node.addValidation({ validate: () => this.withoutProvider() });
    this.namespaceArn = new cloudmap.HttpNamespace(this, 'Namespace', {
      name: namespaceName(this.stage.name),
      description: `Services of stage ${this.stage.name}`,
    }).namespaceArn;
    this.publish();
  }

  private onePerZone(chosen?: ec2.SubnetSelection): ec2.ISubnet[] {
    const { zones } = this.stage.rules;
    if (!chosen && this.vpc.privateSubnets.length === 0) {
      refuse(
        this,
        `tasks need private subnets with a way out, got none in ${this.vpc.node.path}; add PRIVATE_WITH_EGRESS ones, ` +
          'or choose isolated ones that have endpoints: subnets: { subnetType: SubnetType.PRIVATE_ISOLATED }',
      );
    }
    const { subnets, hasPublic, isPendingLookup } = this.vpc.selectSubnets(
      chosen ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    );
    // Until the CDK has looked the network up, and synthesizes again, it has made-up subnets.
    if (isPendingLookup) return this.vpc.privateSubnets;
    if (hasPublic) {
      refuse(
        this,
        `tasks have no public address, got public subnets of ${this.vpc.node.path}, which nothing leaves without one; choose private ones`,
      );
    }
    const inZones = new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size;
    if (subnets.length > inZones) {
      const groups = [...new Set(subnets.map(groupOf))];
      refuse(
        this,
        `tasks run in one private subnet of each zone, got ${subnets.length} in ${inZones} zones of ` +
          `${this.vpc.node.path} (${groups.join(', ')}); choose a group: subnets: { subnetGroupName: '${groups[0]}' }`,
      );
    }
    if (subnets.length < zones) {
      const fewer = `say StageProfile.${this.stage.profile}('${this.stage.name}', { zones: ${subnets.length} })`;
      refuse(
        this,
        `stage ${this.stage.name} wants private subnets in ${zones} zones, got ${subnets.length}; ` +
          `use another vpc or ${subnets.length > 0 ? fewer : 'choose other subnets'}`,
      );
    }
    const bare = subnets.find((subnet) => !subnet.routeTable.routeTableId);
    if (bare) {
      refuse(
        this,
        `the contract names the route table of each private subnet, got ${bare.node.path} ` +
          'without one; import the vpc with privateSubnetRouteTableIds',
      );
    }
    return subnets.slice(0, zones);
  }

  /** The problem with a cluster that has no Fargate, as far as its own stack shows it. */
  private withoutProvider(): string[] {
    if (!(this.cluster instanceof ecs.Cluster)) return [];
    const stack = Stack.of(this.cluster);
    const name = JSON.stringify(stack.resolve(this.cluster.clusterName));
    const provider = this.stage.rules.spot ? 'FARGATE_SPOT' : 'FARGATE';
    const own = (this.cluster.node.defaultChild as ecs.CfnCluster).capacityProviders ?? [];
    const associated = stack.node
      .findAll()
      .filter((one) => one instanceof ecs.CfnClusterCapacityProviderAssociations)
      .filter(({ cluster }) => JSON.stringify(stack.resolve(cluster)) === name || !Token.isUnresolved(cluster))
      .some(({ capacityProviders }) => capacityProviders?.includes(provider));
    if (associated || own.includes(provider)) return [];
    return [
      `${this.node.path}: services run on ${provider}, got ${this.cluster.node.path} without that capacity provider; ` +
        'give the cluster enableFargateCapacityProviders: true',
    ];
  }

  private newCluster(): ecs.Cluster {
    const { containerInsights } = this.stage.rules;
    const cluster = new ecs.Cluster(this, 'Cluster', {
      vpc: this.vpc,
      enableFargateCapacityProviders: true,
      containerInsightsV2: containerInsights ? ecs.ContainerInsights.ENABLED : ecs.ContainerInsights.DISABLED,
    });
    if (!containerInsights) {
      acknowledge(
        cluster,
        'AwsSolutions::AwsSolutions-ECS4',
        'Container Insights costs more than the tasks of a dev stage; prod has it',
      );
    }
    return cluster;
  }

  private publish(): void {
    const subnets = this.subnets.subnets ?? [];
    const values = {
      'vpc-id': this.vpc.vpcId,
      zones: Fn.join(
        ',',
        subnets.map((subnet) => subnet.availabilityZone),
      ),
      'private-subnet-ids': Fn.join(
        ',',
        subnets.map((subnet) => subnet.subnetId),
      ),
      'private-route-table-ids': Fn.join(
        ',',
        subnets.map((subnet) => subnet.routeTable.routeTableId),
      ),
      'cluster-name': this.cluster.clusterName,
      'cluster-arn': this.cluster.clusterArn,
      'namespace-arn': this.namespaceArn,
    };
    for (const [name, value] of Object.entries(values)) {
      StageParameter.write(this, platformParameter(this.stage.name, name), value);
    }
  }
}

/** Name of the group a subnet belongs to, which the CDK tells by its id alone. */
const groupOf = ({ node }: ec2.ISubnet): string => node.id.replace(/Subnet\d+$/, '');

/** Refuses a value that is not a platform, and a platform of another stack. */
export function expectPlatform(where: IConstruct, platform: IServicePlatform): void {
  const recipe = "ServicePlatform.fromContract(this, 'Platform', { stage })";
  if (!platform?.cluster) refuseOther(where, 'platform', platform, recipe);
  refuseOtherStack(where, platform, recipe);
}
