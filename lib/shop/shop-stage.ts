import { Stage, type StageProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageProfile } from '../constructs/stage-profile.ts';
import { CatalogStack } from './catalog-stack.ts';
import { EdgeStack } from './edge-stack.ts';
import { PlatformStack } from './platform-stack.ts';
import { WebBffStack } from './web-bff-stack.ts';

export interface ShopStageProps extends StageProps {
  /** The stage: its name, and what its profile decides. */
  readonly stage: StageProfile;
  /** Zones of the network, as many as the stage has. @default - the region's first, by letter */
  readonly availabilityZones?: string[];
}

/** The whole shop, once. Its stacks share nothing but names, so each deploys alone. */
export class ShopStage extends Stage {
  constructor(scope: Construct, id: string, props: ShopStageProps) {
    super(scope, id, props);
    const { stage, availabilityZones } = props;
    new PlatformStack(this, 'Platform', { stage, availabilityZones });
    new EdgeStack(this, 'Edge', { stage });
    new CatalogStack(this, 'Catalog', { stage });
    new WebBffStack(this, 'WebBff', { stage });
  }
}
