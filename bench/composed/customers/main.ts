import { runService } from '../../../services/chassis/index.ts';
import { customersRoutes } from './routes.ts';

runService({
  routes: customersRoutes,
  settings: {},
  wire: () => ({
    getCustomer: async ({ params: { id } }) => ({ id, name: 'Ada Lovelace', city: 'London', since: 1843 }),
  }),
});
