import { defineRoutes, runService } from 'mosaic-cdk/chassis';
import { Type } from 'typebox';

const routes = defineRoutes({
  countOrders: {
    method: 'GET',
    path: '/orders',
    answer: Type.Object({ orders: Type.Integer(), node: Type.String() }),
  },
});

runService({
  routes,
  settings: {},
  wire: () => ({ countOrders: async () => ({ orders: 3, node: process.versions.node }) }),
});
