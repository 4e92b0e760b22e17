import { join } from 'node:path';
import { LoadGenerator } from './load.ts';
import { MeasuredProcess } from './measured-process.ts';
import { products } from './service/products.ts';
import { printTable, type Row } from './table.ts';

const WINDOWS = 10;
/** Most growth from the second window to the last: of a million requests, less than a byte each. */
const MOST_GROWTH_MB = 0.5;

const get = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'host: catalog', ...headers, '\r\n'].join('\r\n');

/** Good requests and bad ones; none of them ends its connection. */
const requests = [
  ...[...products.keys()].map((id) => get(`/catalog/products/${id}`)),
  ...Array.from({ length: 20 }, (_, index) => get(`/nothing/${index}`, `x-correlation-id: click-${index}`)),
  get('/catalog/products/NOT%20AN%20ID', 'traceparent: nonsense', 'x-deadline-ms: soon'),
  get('/catalog/products/not-there', 'x-deadline-ms: 0'),
  get('/catalog/products'),
];

/** Heap in use after a collection, in MB, after each window of requests to a service with everything on. */
export async function heapInUse(server: string, count: number): Promise<readonly number[]> {
  const service = await MeasuredProcess.start(server, { execArgv: ['--expose-gc'] });
  const load = new LoadGenerator();
  try {
    const megabytes: number[] = [];
    for (let window = 0; window < WINDOWS; window++) {
      await load.run({ port: service.port, requests, count: count / WINDOWS });
      megabytes.push((await service.heap()) / 2 ** 20);
    }
    return megabytes;
  } finally {
    await load.stop();
    await service.stop();
  }
}

/** How much each window adds, from the second on: the slope of a line through them. */
export function growth(megabytes: readonly number[]): number {
  const values = megabytes.slice(1);
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const rise = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  return rise / values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
}

/** Whether the heap of a service grows over a million requests, good and bad. */
export async function heap(count = 1_000_000): Promise<readonly Row[]> {
  const megabytes = await heapInUse(join(import.meta.dirname, 'service/chassis-server.ts'), count);
  return [
    {
      what: `heap added by ${(count * (WINDOWS - 1)) / WINDOWS} requests, good and bad`,
      value: growth(megabytes) * (WINDOWS - 1),
      unit: 'MB',
      atMost: MOST_GROWTH_MB,
    },
    { what: '  heap in use at the end', value: megabytes.at(-1)!, unit: 'MB' },
  ];
}

if (import.meta.main) printTable(await heap(process.argv[2] === undefined ? undefined : Number(process.argv[2])));
