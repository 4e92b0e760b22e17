import { randomUUID } from 'node:crypto';
import { runService } from '../../../services/chassis/index.ts';
import { stockHandlers, stockRoutes } from './routes.ts';

runService({
  routes: stockRoutes,
  settings: {},
  wire: () => stockHandlers(new Map([['chair', 4]]), randomUUID()),
});
