import { join } from 'node:path';
import { LoadGenerator } from './load.ts';
import { MeasuredProcess } from './measured-process.ts';
import { products } from './service/products.ts';

/**
 * What stays in the heap of a service with everything on: in use after a collection, window by window, good requests and
 * bad ones. `node bench/heap.ts [requests in all]`
 */
const WINDOWS = 10;
const total = Number(process.argv[2] ?? 1_000_000);
const service = await MeasuredProcess.start(join(import.meta.dirname, 'service/chassis-server.ts'), ['--expose-gc']);
const load = new LoadGenerator();

const get = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'host: catalog', ...headers, '\r\n'].join('\r\n');
const requests = [
  ...[...products.keys()].map((id) => get(`/catalog/products/${id}`)),
  ...Array.from({ length: 20 }, (_, index) => get(`/nothing/${index}`, `x-correlation-id: click-${index}`)),
  get('/catalog/products/NOT%20AN%20ID', 'traceparent: nonsense', 'x-deadline-ms: soon'),
  get('/catalog/products/not-there', 'x-deadline-ms: 0'),
  get('/catalog/products'),
];

console.log(`${'requests'.padStart(10)} ${'heap in use'.padStart(12)}`);
for (let window = 1; window <= WINDOWS; window++) {
  await load.run({ port: service.port, requests, count: total / WINDOWS });
  const megabytes = (await service.heap()) / 2 ** 20;
  console.log(`${String((total / WINDOWS) * window).padStart(10)} ${megabytes.toFixed(2).padStart(9)} MB`);
}
load.stop();
await service.stop();
