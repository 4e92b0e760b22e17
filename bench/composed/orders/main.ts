import { runService } from '../../../services/chassis/index.ts';
import { ordersRoutes } from './routes.ts';

runService({
  routes: ordersRoutes,
  settings: {},
  wire: () => ({
    getOrder: async ({ params: { id } }) => ({
      id,
      customer: `customer-of-${id}`,
      lines: [
        { product: 'espresso-cup', quantity: 2, priceCents: 2490 },
        { product: 'moka-pot', quantity: 1, priceCents: 3900 },
      ],
      totalCents: 8880,
    }),
  }),
});
