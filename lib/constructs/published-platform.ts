import { aws_ec2 as ec2, aws_ecs as ecs } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { platformParameter } from '../../contract/parameters.ts';
import { expectForeignContract, StageParameter } from './stage-parameter.ts';
import { expectStage, type StageProfile } from './stage-profile.ts';

/** What identifies the platform of another stack. */
export interface PlatformContractProps {
  /** The stage whose platform to find. */
  readonly stage: StageProfile;
}

/** A platform of another stack, known by the parameters that stack writes. */
export class PublishedPlatform extends Construct {
  readonly stage: StageProfile;
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.SubnetSelection;
  readonly cluster: ecs.ICluster;
  readonly namespaceArn: string;

  constructor(scope: Construct, id: string, { stage }: PlatformContractProps) {
    super(scope, id);
    expectStage(this, stage);
    expectForeignContract(this, platformParameter(stage.name, 'vpc-id'));
    this.stage = stage;
    const read = (name: string): string => StageParameter.read(this, platformParameter(stage.name, name));
    const readList = (name: string): string[] =>
      StageParameter.readList(this, platformParameter(stage.name, name), stage.rules.zones);
    this.vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: read('vpc-id'),
      availabilityZones: readList('zones'),
      privateSubnetIds: readList('private-subnet-ids'),
      privateSubnetRouteTableIds: readList('private-route-table-ids'),
    });
    this.subnets = { subnets: this.vpc.privateSubnets };
    this.cluster = ecs.Cluster.fromClusterAttributes(this, 'Cluster', {
      clusterName: read('cluster-name'),
      clusterArn: read('cluster-arn'),
      vpc: this.vpc,
      securityGroups: [],
    });
    this.namespaceArn = read('namespace-arn');
  }
}
