// A caller that balances on its own: it asks Cloud Map for the tasks of a service and chooses among them.
import { App, Duration, Stack } from 'aws-cdk-lib';
import {
  Binding,
  Discovery,
  Edge,
  Microservice,
  ServiceImage,
  ServicePlatform,
  StageProfile,
} from '../../lib/constructs/index.ts';

const stack = new Stack(new App(), 'Discovery', { env: { account: '111111111111', region: 'us-east-1' } });
const platform = new ServicePlatform(stack, 'Platform', { stage: StageProfile.dev('dev') });
const edge = new Edge(stack, 'Edge', { platform });

const stock = new Microservice(stack, 'Stock', {
  platform,
  image: ServiceImage.fromSource(`${import.meta.dirname}/stock`),
  discovery: Discovery.cloudMap(),
  minTasks: 2,
});
const storefront = new Microservice(stack, 'Storefront', {
  platform,
  image: ServiceImage.fromSource(`${import.meta.dirname}/storefront`),
});
// Network path, address, and the permission to discover.
storefront.bind(Binding.call(stock, { timeout: Duration.seconds(2) }));
edge.route('GET /offers/{sku}', storefront, { public: 'offers are for everyone' });
