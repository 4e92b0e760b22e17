import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Edge } from '../constructs/edge.ts';
import { ServicePlatform } from '../constructs/service-platform.ts';
import type { StageProfile } from '../constructs/stage-profile.ts';

export interface EdgeStackProps extends StackProps {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
}

/** The shop's way in from the internet; the services say which paths lead where. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    const platform = ServicePlatform.fromContract(this, 'Platform', { stage: props.stage });
    new Edge(this, 'Edge', { platform });
  }
}
