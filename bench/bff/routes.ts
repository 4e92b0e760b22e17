import { Type } from 'typebox';
import { defineRoutes } from '../../services/chassis/route.ts';

/** What the two services behind the measured one answer. */
export const orderRoutes = defineRoutes({
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

export const customerRoutes = defineRoutes({
  getCustomer: {
    method: 'GET',
    path: '/customers/{id}',
    answer: Type.Object({ id: Type.String(), name: Type.String(), email: Type.String(), since: Type.String() }),
  },
});

/** What the measured one makes of both. */
export const viewRoutes = defineRoutes({
  getView: {
    method: 'GET',
    path: '/views/{id}',
    answer: Type.Object({
      id: Type.String(),
      status: Type.String(),
      totalCents: Type.Integer(),
      customer: Type.String(),
      products: Type.Array(Type.String()),
    }),
  },
});
