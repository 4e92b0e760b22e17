import { Type } from 'typebox';
import { defineRoutes } from '../../../services/chassis/index.ts';

/** Routes of the orders, which the view calls. */
export const ordersRoutes = defineRoutes({
  getOrder: {
    method: 'GET',
    path: '/orders/{id}',
    answer: Type.Object({
      id: Type.String(),
      status: Type.String(),
      totalCents: Type.Integer(),
      lines: Type.Array(Type.Object({ product: Type.String(), count: Type.Integer(), priceCents: Type.Integer() })),
    }),
  },
});
