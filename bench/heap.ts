import { join } from 'node:path';
import { LoadGenerator } from './load.ts';
import { MeasuredProcess } from './measured-process.ts';
import { products } from './service/products.ts';
import { printTable, type Row } from './table.ts';

const WINDOWS = 10;
/** What may be added from the second window to the last: less than a byte a request would be, of a million. */
const MOST_GROWTH_MB = 0.5;

const get = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'host: catalog', ...headers, '\r\n'].join('\r\n');

/** Good ones and bad ones, none of which ends its connection. */
const requests = [
  ...[...products.keys()].map((id) => get(`/catalog/products/${id}`)),
  ...Array.from({ length: 20 }, (_, index) => get(`/nothing/${index}`, `x-correlation-id: click-${index}`)),
  get('/catalog/products/NOT%20AN%20ID', 'traceparent: nonsense', 'x-deadline-ms: soon'),
  get('/catalog/products/not-there', 'x-deadline-ms: 0'),
  get('/catalog/products'),
];

/** What stays in the heap of a service with everything on, in MB: in use after a collection, window by window. */
export async function heapInUse(server: string, count: number): Promise<readonly number[]> {
  const service = await MeasuredProcess.start(server, ['--expose-gc']);
  const load = new LoadGenerator();
  try {
    const megabytes: number[] = [];
    for (let window = 0; window < WINDOWS; window++) {
      await load.run({ port: service.port, requests, count: count / WINDOWS });
      megabytes.push((await service.heap()) / 2 ** 20);
    }
    return megabytes;
  } finally {
    load.stop();
    await service.stop();
  }
}

/** How much of it each window adds to the one before, from the second on: the slope of a line through them. */
export function growth(megabytes: readonly number[]): number {
  const values = megabytes.slice(1);
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const rise = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  return rise / values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
}

/** Whether a service's heap is as large after a million requests, good and bad, as it was before most of them. */
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
