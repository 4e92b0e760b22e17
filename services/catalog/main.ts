import { runService } from '../chassis/index.ts';
import { ProductStore } from './product-store.ts';
import { catalogHandlers, catalogRoutes } from './routes.ts';
import { catalogSettings } from './settings.ts';

runService({
  routes: catalogRoutes,
  settings: catalogSettings,
  wire: (settings) => catalogHandlers(new ProductStore(settings)),
});
