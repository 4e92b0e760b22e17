import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledgement.ts';

export interface NatInstanceProps {
  /** Address range that may use it. */
  readonly cidr: string;
}

/** The way out of a stage that need not survive the loss of a zone: one small instance instead of gateways. */
export class NatInstance extends Construct {
  /** Hand this to the network, then call {@link join}. */
  readonly provider: ec2.NatInstanceProviderV2;
  private readonly cidr: string;

  constructor(scope: Construct, id: string, props: NatInstanceProps) {
    super(scope, id);
    this.cidr = props.cidr;
    this.provider = ec2.NatProvider.instanceV2({
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.NANO),
      machineImage: ec2.MachineImage.resolveSsmParameterAtLaunch(IMAGE),
      associatePublicIpAddress: true,
      // The default lets the whole internet in, on every port.
      defaultAllowedTraffic: ec2.NatTrafficDirection.OUTBOUND_ONLY,
    });
  }

  /** Completes the instance once the network exists. */
  join(vpc: ec2.Vpc): void {
    this.provider.connections.allowFrom(ec2.Peer.ipv4(this.cidr), ec2.Port.allTraffic(), 'Whatever runs inside');
    const template = new ec2.CfnLaunchTemplate(this, 'LaunchTemplate', {
      launchTemplateData: {
        imageId: `resolve:ssm:${IMAGE}`,
        metadataOptions: { httpTokens: 'required' },
        blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { encrypted: true, volumeType: 'gp3' } }],
      },
    });
    for (const instance of this.provider.gatewayInstances) {
      // Its first boot installs packages, so the route to the internet must exist before it starts.
      instance.node.addDependency(vpc.publicSubnets[0]!.internetConnectivityEstablished);
      instance.instance.launchTemplate = { launchTemplateId: template.ref, version: template.attrLatestVersionNumber };
      instance.instance.imageId = undefined;
      acknowledge(
        instance,
        'AwsSolutions::AwsSolutions-EC28',
        'Detailed monitoring costs a third of the instance, which only dev stages have',
      );
      acknowledge(
        instance,
        'AwsSolutions::AwsSolutions-EC29',
        'It keeps no state and only dev stages have it; they must go without a second step',
      );
    }
  }
}

/**
 * Resolved when the instance starts, not when the stack is updated: the instance keeps the image it began with,
 * where a template parameter would replace it, and cut every connection, whenever a newer image is out.
 */
const IMAGE = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64';
