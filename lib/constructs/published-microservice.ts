import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { serviceParameter } from '../../contract/parameters.ts';
import { ConstructName } from './construct-name.ts';
import { Discovery } from './discovery.ts';
import { expectForeignContract, StageParameter } from './stage-parameter.ts';
import { expectStage, type StageProfile } from './stage-profile.ts';

/** What identifies a service of another stack. */
export interface MicroserviceContractProps {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
  /** Name of the service. @default - the id in kebab case */
  readonly name?: string;
  /** How its tasks are found, as the stack that made it says. @default Discovery.serviceConnect() */
  readonly discovery?: Discovery;
}

/** A service of another stack, known by the parameters that stack writes. */
export class PublishedMicroservice extends Construct implements ec2.IConnectable {
  readonly name: string;
  readonly stage: StageProfile;
  readonly discovery: Discovery;
  readonly url: string;
  readonly callPort: number;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, props: MicroserviceContractProps) {
    super(scope, id);
    const { stage, name = ConstructName.kebab(id), discovery = Discovery.serviceConnect() } = props;
    expectStage(this, stage);
    this.name = name;
    this.stage = stage;
    this.discovery = discovery;
    const parameter = (value: string): string => serviceParameter(stage.name, name, value);
    expectForeignContract(this, parameter('url'));
    this.url = StageParameter.read(this, parameter('url'));
    this.callPort = StageParameter.readNumber(this, parameter('call-port'));
    this.securityGroup = ec2.SecurityGroup.fromSecurityGroupId(
      this,
      'SecurityGroup',
      StageParameter.readSecurityGroupId(this, parameter('security-group')),
      { allowAllOutbound: false },
    );
    this.connections = new ec2.Connections({
      securityGroups: [this.securityGroup],
      defaultPort: ec2.Port.tcp(this.callPort),
    });
  }
}
