// The plainest callee: bare node:http.
import { createServer } from 'node:http';
import { serveMeasured } from '../../measured-process.ts';

const ORDER = {
  status: 'paid',
  totalCents: 86100,
  lines: [
    { product: 'walnut-desk', count: 1, priceCents: 54900 },
    { product: 'brass-desk-lamp', count: 2, priceCents: 11900 },
    { product: 'stoneware-mug', count: 4, priceCents: 1850 },
  ],
};
const CUSTOMER = { name: 'Ada Lovelace', email: 'ada@example.com', since: '2026-01-01' };

serveMeasured(
  createServer((request, response) => {
    if (request.method === 'POST') request.resume();
    const [, kind, id] = request.url!.split('/');
    const text = JSON.stringify({ id, ...(kind === 'orders' ? ORDER : CUSTOMER) });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  }),
);
