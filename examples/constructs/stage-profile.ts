import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ServicePlatform, StageProfile } from '../../lib/constructs/index.ts';

export class StagesStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    // Many of these fit in one account, and deleting one leaves nothing behind.
    new ServicePlatform(this, 'Pr7', { stage: StageProfile.dev('pr-7') });
    // Every choice of a profile can be overridden.
    new ServicePlatform(this, 'Load', { stage: StageProfile.prod('load', { zones: 2, deletionProtection: false }) });
  }
}
