import { join } from 'node:path';
import { runService } from '../../../services/chassis/index.ts';
import { stockMetrics } from './metrics.ts';
import { stockHandlers, stockRoutes } from './routes.ts';
import { Shelf } from './shelf.ts';

// Variables that are set already keep their values.
process.loadEnvFile(join(import.meta.dirname, 'settings.env'));

runService({
  routes: stockRoutes,
  settings: {},
  metrics: stockMetrics,
  host: '127.0.0.1',
  wire: (_, { metrics }) => stockHandlers(new Shelf({ chair: 4, lamp: 12, rug: 1 }), metrics),
});
