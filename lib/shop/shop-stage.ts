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
}

/** The whole shop, once. Its stacks share nothing but names, so each deploys alone. */
export class ShopStage extends Stage {
  constructor(scope: Construct, id: string, props: ShopStageProps) {
    super(scope, id, props);
    const { stage } = props;
    new PlatformStack(this, 'Platform', { stage });
    new EdgeStack(this, 'Edge', { stage });
    new CatalogStack(this, 'Catalog', { stage });
    new WebBffStack(this, 'WebBff', { stage });
  }
}
