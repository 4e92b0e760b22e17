import { DiscoverInstancesCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import {
  availabilityFilter,
  awsClientTimes,
  callSetting,
  client,
  cloudMap,
  leastRequests,
  readCloudMapUrl,
  runService,
  sameZoneFirst,
  taskZone,
  textSetting,
} from '../../../services/chassis/index.ts';
import { offerHandlers, offerRoutes } from './routes.ts';
import { stockRoutes } from './stock-routes.ts';

runService({
  routes: offerRoutes,
  settings: {
    stock: callSetting('stock'),
    // Set by ECS.
    metadataUri: textSetting('ECS_CONTAINER_METADATA_URI_V4', ''),
  },
  wire: ({ stock, metadataUri, requestTimeoutMs }, runtime) => {
    const registry = new ServiceDiscoveryClient(awsClientTimes(requestTimeoutMs));
    const discover = (input: DiscoverInstancesCommand['input']) => registry.send(new DiscoverInstancesCommand(input));
    const discovery = cloudMap({ ...readCloudMapUrl(stock.url)!, discover }, runtime);
    const balancer = availabilityFilter(sameZoneFirst(leastRequests(), { zone: taskZone(metadataUri) }));
    return offerHandlers(client({ ...stock, routes: stockRoutes, discovery, balancer }, runtime));
  },
});
