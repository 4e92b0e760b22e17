// A callee as bare as it gets.
import { createServer } from 'node:http';
import { started } from './started.ts';

const ORDER = {
  customer: 'customer-of-42',
  lines: [
    { product: 'espresso-cup', quantity: 2, priceCents: 2490 },
    { product: 'moka-pot', quantity: 1, priceCents: 3900 },
  ],
  totalCents: 8880,
};
const CUSTOMER = { name: 'Ada Lovelace', city: 'London', since: 1843 };

started(
  createServer((request, response) => {
    const [, kind, id] = request.url!.split('/');
    const text = JSON.stringify({ id, ...(kind === 'orders' ? ORDER : CUSTOMER) });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  }),
);
