import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Microservice, ServiceImage, ServicePlatform, StageProfile } from '../../lib/constructs/index.ts';

export class CatalogStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const stage = StageProfile.prod('prod');
    // The platform of another stack, found by name, so that this stack deploys alone.
    const platform = ServicePlatform.fromContract(this, 'Platform', { stage });
    new Microservice(this, 'Catalog', {
      platform,
      image: ServiceImage.fromSource('services/catalog'),
      memory: 2048,
      scaling: { cpu: 50 },
      environment: { CURRENCY: 'EUR' },
    });
  }
}
