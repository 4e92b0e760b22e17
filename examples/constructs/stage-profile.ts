import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ServicePlatform, StageProfile } from '../../lib/constructs/index.ts';

export class StagesStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    // Ten of these live in one account, and go without trace.
    new ServicePlatform(this, 'Pr7', { stage: StageProfile.dev('pr-7') });
    // Whatever a profile decides can be decided otherwise.
    new ServicePlatform(this, 'Load', { stage: StageProfile.prod('load', { zones: 2, deletionProtection: false }) });
  }
}
