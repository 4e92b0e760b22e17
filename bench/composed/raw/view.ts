// The plainest composition of two calls: bare node:http and undici's Pool.
import { createServer } from 'node:http';
import { Pool } from 'undici';
import { urlVariable } from '../../../contract/environment.ts';
import { serveMeasured } from '../../measured-process.ts';

const orders = new Pool(process.env[urlVariable('orders')]!);
const customers = new Pool(process.env[urlVariable('customers')]!);

interface Order {
  readonly id: string;
  readonly status: string;
  readonly totalCents: number;
  readonly lines: readonly { readonly product: string }[];
}

interface Customer {
  readonly name: string;
}

async function get<T>(pool: Pool, path: string): Promise<T> {
  const { body } = await pool.request({ method: 'GET', path });
  return (await body.json()) as T;
}

async function view(id: string, calls: boolean): Promise<object> {
  if (!calls) return { id, status: 'none', totalCents: 0, customer: 'nobody', products: [] };
  const [order, customer] = await Promise.all([
    get<Order>(orders, `/orders/${id}`),
    get<Customer>(customers, `/customers/${id}`),
  ]);
  return {
    id: order.id,
    status: order.status,
    totalCents: order.totalCents,
    customer: customer.name,
    products: order.lines.map(({ product }) => product),
  };
}

serveMeasured(
  createServer((request, response) => {
    const [, , rest] = request.url!.split('/');
    const [id, query] = rest!.split('?');
    void view(id!, query !== 'calls=0').then((answer) => {
      const text = JSON.stringify(answer);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    });
  }),
);
