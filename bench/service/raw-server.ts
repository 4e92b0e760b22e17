import { createServer } from 'node:http';
import { serveMeasured } from '../measured-process.ts';
import { products } from './products.ts';

/** What a service is compared with: `node:http` that answers the same JSON. */
const server = createServer((request, response) => {
  const product = products.get(request.url!.slice(request.url!.lastIndexOf('/') + 1));
  const body = JSON.stringify(product);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});
serveMeasured(server);
