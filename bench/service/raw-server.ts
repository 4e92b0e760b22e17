import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerMeasurements } from '../measured-process.ts';
import { products } from './products.ts';

/** What a service is compared with: `node:http`, and the same JSON. */
const server = createServer((request, response) => {
  const product = products.get(request.url!.slice(request.url!.lastIndexOf('/') + 1));
  const body = JSON.stringify(product);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => answerMeasurements((server.address() as AddressInfo).port));
