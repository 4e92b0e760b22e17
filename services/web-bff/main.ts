import { callSetting, runService } from '../chassis/index.ts';
import { catalogClient } from './catalog-client.ts';
import { webHandlers, webRoutes } from './routes.ts';

runService({
  routes: webRoutes,
  settings: { catalog: callSetting('catalog') },
  wire: ({ catalog }, runtime) => webHandlers(catalogClient(catalog, runtime)),
});
