import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Binding } from '../constructs/binding.ts';
import { DocumentStore } from '../constructs/document-store.ts';
import { Edge } from '../constructs/edge.ts';
import { Microservice } from '../constructs/microservice.ts';
import { ServiceImage } from '../constructs/service-image.ts';
import { ServicePlatform } from '../constructs/service-platform.ts';
import type { StageProfile } from '../constructs/stage-profile.ts';

export interface CatalogStackProps extends StackProps {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
}

/** What the shop sells: the catalog service and its products. */
export class CatalogStack extends Stack {
  constructor(scope: Construct, id: string, props: CatalogStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const platform = ServicePlatform.fromContract(this, 'Platform', { stage });
    const edge = Edge.fromContract(this, 'Edge', { stage });

    const products = new DocumentStore(this, 'Products', { stage, partitionKey: 'id' });
    const catalog = new Microservice(this, 'Catalog', {
      platform,
      image: ServiceImage.fromSource('services/catalog', { commands: ['seed'] }),
    });
    // Only the seed writes, a one-off task of this very service.
    catalog.bind(Binding.readWrite(products));

    const everyone = { public: 'everyone may look at what the shop sells' };
    edge.route('GET /catalog/products', catalog, everyone);
    edge.route('GET /catalog/products/{id}', catalog, everyone);
  }
}
