import { Type } from 'typebox';
import {
  callSetting,
  client,
  defineRoutes,
  type Operations,
  type Runtime,
  type SettingValues,
} from '../../../services/chassis/index.ts';
import { customersRoutes } from '../customers/routes.ts';
import { ordersRoutes } from '../orders/routes.ts';

export const viewRoutes = defineRoutes({
  viewOrder: {
    method: 'GET',
    path: '/view/{id}',
    query: Type.Object({ calls: Type.Optional(Type.Integer()) }),
    answer: Type.Object({
      id: Type.String(),
      status: Type.String(),
      totalCents: Type.Integer(),
      customer: Type.String(),
      products: Type.Array(Type.String()),
    }),
  },
});

export const viewSettings = { orders: callSetting('orders'), customers: callSetting('customers') };

/** Composes the view of two calls, or of none if the query says so. */
export function viewHandlers(
  settings: SettingValues<typeof viewSettings>,
  runtime: Runtime,
): Operations<typeof viewRoutes> {
  const orders = client({ ...settings.orders, routes: ordersRoutes }, runtime);
  const customers = client({ ...settings.customers, routes: customersRoutes }, runtime);
  return {
    async viewOrder({ params, query: { calls = 2 } }, context) {
      if (calls === 0) return { id: params.id, status: 'none', totalCents: 0, customer: 'nobody', products: [] };
      const [order, customer] = await Promise.all([
        orders.getOrder({ params }, context),
        customers.getCustomer({ params }, context),
      ]);
      return {
        id: order.id,
        status: order.status,
        totalCents: order.totalCents,
        customer: customer.name,
        products: order.lines.map(({ product }) => product),
      };
    },
  };
}
