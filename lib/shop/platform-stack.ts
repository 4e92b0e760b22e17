import { Stack, type StackProps } from 'aws-cdk-lib';
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
    new ServicePlatform(this, 'Platform', { stage, availabilityZones });
  }
}
