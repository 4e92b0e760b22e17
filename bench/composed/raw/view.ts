// A composition of two calls as bare as it gets.
import { createServer } from 'node:http';
import { Pool } from 'undici';
import { started } from './started.ts';

const [, , ordersUrl, customersUrl] = process.argv;
const orders = new Pool(ordersUrl!);
const customers = new Pool(customersUrl!);

interface Part {
  readonly name?: string;
  readonly totalCents?: number;
}

async function get(pool: Pool, path: string): Promise<Part> {
  const { body } = await pool.request({ method: 'GET', path });
  return (await body.json()) as Part;
}

async function view(id: string, calls: boolean): Promise<object> {
  if (!calls) return { id, customer: 'nobody', totalCents: 0 };
  const [order, customer] = await Promise.all([get(orders, `/orders/${id}`), get(customers, `/customers/${id}`)]);
  return { id, customer: customer.name, totalCents: order.totalCents };
}

started(
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
