import { join } from 'node:path';
import { products } from './service/products.ts';
import { compareServices } from './service-comparison.ts';
import { printTable, type Row } from './table.ts';

const ROUNDS = 40;
const WINDOW = 2_000;

/** As another chassis asks behind it, one in twenty traces sampled. */
const requests = Array.from({ length: 240 }, (_, index) => {
  const id = [...products.keys()][index % products.size];
  const trace = (index + 1).toString(16).padStart(32, '0a');
  return [
    `GET /catalog/products/${id} HTTP/1.1`,
    'host: catalog',
    'accept: application/json',
    `traceparent: 00-${trace}-${trace.slice(16)}-0${index % 20 === 0 ? 1 : 0}`,
    `x-correlation-id: ${trace}`,
    'x-deadline-ms: 4000',
    '\r\n',
  ].join('\r\n');
});

/**
 * What the chassis costs: CPU per request of raw `node:http` ÷ that of a service with everything on, the same JSON from
 * both.
 * @param profile folder for a CPU profile of the service, by default none is taken
 */
export async function service(rounds = ROUNDS, window = WINDOW, profile?: string): Promise<readonly Row[]> {
  const servers = {
    raw: join(import.meta.dirname, 'service/raw-server.ts'),
    chassis: join(import.meta.dirname, 'service/chassis-server.ts'),
    requests,
    rounds,
    window,
    profile,
  };
  return [
    ...(await compareServices({
      ...servers,
      what: 'service with everything on, raw node:http ÷ service',
      reach: 0.9,
    })),
    ...(await compareServices({
      ...servers,
      what: 'the same with `log.requests` at sampled',
      environment: { LOG_REQUESTS: 'sampled' },
    })),
  ];
}

if (import.meta.main) {
  const [rounds = ROUNDS, window = WINDOW] = process.argv.slice(2, 4).map(Number);
  printTable(await service(rounds, window, process.argv[4]));
}
