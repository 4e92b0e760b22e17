import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ServicePlatform, StageProfile } from '../../lib/constructs/index.ts';

export class PlatformStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const stage = StageProfile.prod('prod');
    // A network, a cluster and a namespace; pass `vpc` and `cluster` to use existing ones.
    new ServicePlatform(this, 'Platform', { stage, cidr: '10.20.0.0/16' });
  }
}
