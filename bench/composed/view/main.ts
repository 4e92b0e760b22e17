import { Type } from 'typebox';
import { callSetting, client, defineRoutes, runService } from '../../../services/chassis/index.ts';
import { customersRoutes } from '../customers/routes.ts';
import { ordersRoutes } from '../orders/routes.ts';

const viewRoutes = defineRoutes({
  viewOrder: {
    method: 'GET',
    path: '/view/{id}',
    params: Type.Object({ id: Type.String() }),
    query: Type.Object({ calls: Type.Optional(Type.Integer()) }),
    answer: Type.Object({ id: Type.String(), customer: Type.String(), totalCents: Type.Integer() }),
  },
});

runService({
  routes: viewRoutes,
  settings: { orders: callSetting('orders'), customers: callSetting('customers') },
  wire(settings, runtime) {
    const orders = client({ ...settings.orders, routes: ordersRoutes }, runtime);
    const customers = client({ ...settings.customers, routes: customersRoutes }, runtime);
    return {
      async viewOrder({ params, query: { calls = 2 } }, context) {
        if (calls === 0) return { id: params.id, customer: 'nobody', totalCents: 0 };
        const [order, customer] = await Promise.all([
          orders.getOrder({ params }, context),
          customers.getCustomer({ params }, context),
        ]);
        return { id: order.id, customer: customer.name, totalCents: order.totalCents };
      },
    };
  },
});
