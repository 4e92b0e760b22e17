import { defineRoutes, runService } from 'mosaic-cdk/chassis';
import { Type } from 'typebox';

const routes = defineRoutes({ countOrders: { method: 'GET', path: '/orders', answer: Type.Integer() } });
runService({ routes, settings: {}, host: '127.0.0.1', wire: () => ({ countOrders: async () => 3 }) });
