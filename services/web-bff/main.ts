import { timeoutVariable, urlVariable } from '../../contract/environment.ts';
import { millisecondsSetting, runService, urlSetting } from '../chassis/index.ts';
import { catalogClient } from './catalog-client.ts';
import { webHandlers, webRoutes } from './routes.ts';

runService({
  routes: webRoutes,
  settings: {
    catalogUrl: urlSetting(urlVariable('catalog')),
    catalogTimeoutMs: millisecondsSetting(timeoutVariable('catalog')),
  },
  wire: ({ catalogUrl, catalogTimeoutMs }) => webHandlers(catalogClient(catalogUrl, catalogTimeoutMs)),
});
