import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerMeasurements } from '../../bench/measured-process.ts';

/** A server that keeps a little of every request for ever. */
const kept: object[] = [];
const server = createServer((request, response) => {
  kept.push({ url: request.url, headers: { ...request.headers } });
  response.writeHead(200, { 'content-length': 2 });
  response.end('{}');
});
server.listen(0, '127.0.0.1', () => answerMeasurements((server.address() as AddressInfo).port));
