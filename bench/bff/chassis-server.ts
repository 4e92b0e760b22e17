import { client } from '../../services/chassis/client/client.ts';
import { Service } from '../../services/chassis/process/service.ts';
import { ServiceProcess } from '../../services/chassis/process/service-process.ts';
import type { Operations } from '../../services/chassis/route.ts';
import { answerMeasurements } from '../measured-process.ts';
import { customerRoutes, orderRoutes, viewRoutes } from './routes.ts';

/** The same composition with everything the chassis does. */
const url = `http://127.0.0.1:${process.env.CALLEE_PORT}`;
const runtime = new ServiceProcess().runtimeOf({ service: 'view', stage: 'bench', collector: url });
const callee = { url, timeoutMs: 5_000 };
const orders = client({ service: 'orders', ...callee, routes: orderRoutes }, runtime);
const customers = client({ service: 'customers', ...callee, routes: customerRoutes }, runtime);

const handlers: Operations<typeof viewRoutes> = {
  async getView({ params }, context) {
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

const service = new Service({
  settings: {
    service: 'view',
    stage: 'bench',
    port: 0,
    requestTimeoutMs: 20_000,
    keepAliveMs: 75_000,
    drainMs: 55_000,
  },
  routes: viewRoutes,
  handlers,
  runtime,
});
answerMeasurements(await service.listen('127.0.0.1'));
