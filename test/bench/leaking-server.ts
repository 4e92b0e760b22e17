import { createServer } from 'node:http';
import { serveMeasured } from '../../bench/measured-process.ts';

/** A server that keeps a little of every request for ever. */
const kept: object[] = [];
const server = createServer((request, response) => {
  kept.push({ url: request.url, headers: { ...request.headers } });
  response.writeHead(200, { 'content-length': 2 });
  response.end('{}');
});
serveMeasured(server);
