import { join } from 'node:path';
import { products } from './service/products.ts';
import { compareServices, requestsFor } from './service-comparison.ts';
import { printTable, type Row } from './table.ts';

const ROUNDS = 40;
const WINDOW = 2_000;

/** As another service on the chassis sends them. */
const ids = [...products.keys()];
const requests = requestsFor((index) => `/catalog/products/${ids[index % ids.length]}`, 'x-deadline-ms: 4000');

/**
 * What the chassis costs: CPU per request of raw `node:http` ÷ that of a service with everything on, which answers the
 * same JSON.
 * @param profile folder for a CPU profile of the service, by default none
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
