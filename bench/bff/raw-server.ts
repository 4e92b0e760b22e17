import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { answerMeasurements } from '../measured-process.ts';

/** What a composing service is compared with: `node:http`, undici's `Pool`, and the same JSON. */
const callee = `http://127.0.0.1:${process.env.CALLEE_PORT}`;
const orders = new Pool(callee, { connections: 64 });
const customers = new Pool(callee, { connections: 64 });

interface Order {
  readonly id: string;
  readonly status: string;
  readonly totalCents: number;
  readonly lines: readonly { readonly product: string }[];
}

interface Customer {
  readonly name: string;
}

const get = async <T>(pool: Pool, path: string): Promise<T> => {
  const { body } = await pool.request({ method: 'GET', path });
  return (await body.json()) as T;
};

const server = createServer(async (request, response) => {
  const id = request.url!.slice(request.url!.lastIndexOf('/') + 1);
  const [order, customer] = await Promise.all([
    get<Order>(orders, `/orders/${id}`),
    get<Customer>(customers, `/customers/${id}`),
  ]);
  const body = JSON.stringify({
    id: order.id,
    status: order.status,
    totalCents: order.totalCents,
    customer: customer.name,
    products: order.lines.map(({ product }) => product),
  });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => answerMeasurements((server.address() as AddressInfo).port));
