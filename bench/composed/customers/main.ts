import { runService } from '../../../services/chassis/index.ts';
import { customersRoutes } from './routes.ts';

runService({
  routes: customersRoutes,
  settings: {},
  wire: () => ({
    getCustomer: async ({ params: { id } }) => ({
      id,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      since: '2026-01-01',
    }),
  }),
});
