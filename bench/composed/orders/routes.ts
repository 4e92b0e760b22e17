import { Type } from 'typebox';
import { defineRoutes } from '../../../services/chassis/index.ts';

/** What the orders say, as the view wants it too. */
export const ordersRoutes = defineRoutes({
  getOrder: {
    method: 'GET',
    path: '/orders/{id}',
    params: Type.Object({ id: Type.String() }),
    answer: Type.Object({
      id: Type.String(),
      customer: Type.String(),
      lines: Type.Array(Type.Object({ product: Type.String(), quantity: Type.Integer(), priceCents: Type.Integer() })),
      totalCents: Type.Integer(),
    }),
  },
});
