import { Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ServicePlatform } from '../constructs/service-platform.ts';
import type { StageProfile } from '../constructs/stage-profile.ts';

export interface PlatformStackProps extends StackProps {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
  /** Zones of the network, as many as the stage has. @default - the region's first, by letter */
  readonly availabilityZones?: string[];
}

/** The network, the cluster and the namespace everything else runs in. */
export class PlatformStack extends Stack {
  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    super(scope, id, props);
    const { stage, availabilityZones } = props;
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'Zones are named, not looked up, so that synthesis needs no account',
    });
    new ServicePlatform(this, 'Platform', { stage, availabilityZones });
  }

  /** Any letter may be named: asking the account which it has would take credentials and a network. */
  override get availabilityZones(): string[] {
    return [...'abcdef'].map((letter) => `${this.region}${letter}`);
  }
}
