import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerMeasurements } from '../measured-process.ts';

/** Both services behind the measured one, and the collector of its spans, as fast as they can be. */
const orders = [
  { product: 'walnut-desk', count: 1, priceCents: 54900 },
  { product: 'brass-desk-lamp', count: 2, priceCents: 11900 },
  { product: 'stoneware-mug', count: 4, priceCents: 1850 },
];
const server = createServer((request, response) => {
  if (request.method === 'POST') request.resume();
  const url = request.url!;
  const id = url.slice(url.lastIndexOf('/') + 1);
  const answer = url.startsWith('/orders/')
    ? { id, status: 'paid', totalCents: 86100, lines: orders }
    : { id, name: 'Ada Lovelace', email: 'ada@example.com', since: '2026-01-01' };
  const body = JSON.stringify(answer);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => answerMeasurements((server.address() as AddressInfo).port));
