import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Edge, Microservice, ServiceImage, ServicePlatform, StageProfile } from '../../lib/constructs/index.ts';

const stage = StageProfile.prod('prod');

/** Deployed once; all services share it. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const platform = ServicePlatform.fromContract(this, 'Platform', { stage });
    const tokens = { issuer: 'https://id.example.com', audience: ['shop'] };
    new Edge(this, 'Edge', { platform, tokens });
  }
}

/** One per service, which deploys its own routes. */
export class CatalogStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const platform = ServicePlatform.fromContract(this, 'Platform', { stage });
    const image = ServiceImage.fromSource('services/catalog');
    const catalog = new Microservice(this, 'Catalog', { platform, image });

    const edge = Edge.fromContract(this, 'Edge', { stage });
    edge.route('GET /catalog/{path+}', catalog, { public: 'everyone may look at what we sell' });
    edge.route('POST /catalog/products', catalog, { scopes: ['catalog/write'] });
  }
}
