import { runService } from '../../../services/chassis/index.ts';
import { ordersRoutes } from './routes.ts';

runService({
  routes: ordersRoutes,
  settings: {},
  wire: () => ({
    getOrder: async ({ params: { id } }) => ({
      id,
      status: 'paid',
      totalCents: 86100,
      lines: [
        { product: 'walnut-desk', count: 1, priceCents: 54900 },
        { product: 'brass-desk-lamp', count: 2, priceCents: 11900 },
        { product: 'stoneware-mug', count: 4, priceCents: 1850 },
      ],
    }),
  }),
});
