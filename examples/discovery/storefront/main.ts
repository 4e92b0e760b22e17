import { DiscoverInstancesCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import {
  availabilityFilter,
  awsClientTimes,
  callSetting,
  client,
  cloudMap,
  readCloudMapUrl,
  roundRobin,
  runService,
} from '../../../services/chassis/index.ts';
import { offerHandlers, offerRoutes } from './routes.ts';
import { stockRoutes } from './stock-routes.ts';

runService({
  routes: offerRoutes,
  settings: { stock: callSetting('stock') },
  wire: ({ stock, requestTimeoutMs }, runtime) => {
    const registry = new ServiceDiscoveryClient(awsClientTimes(requestTimeoutMs));
    const discover = (input: DiscoverInstancesCommand['input']) => registry.send(new DiscoverInstancesCommand(input));
    const discovery = cloudMap({ ...readCloudMapUrl(stock.url)!, discover }, runtime);
    const balancer = availabilityFilter(roundRobin());
    return offerHandlers(client({ ...stock, routes: stockRoutes, discovery, balancer }, runtime));
  },
});
