import { join } from 'node:path';
import { Environment, timeoutVariable, urlVariable } from '../contract/environment.ts';
import { MeasuredProcess } from './measured-process.ts';
import { compareServices, requestsFor } from './service-comparison.ts';
import { printTable, type Row } from './table.ts';

const ROUNDS = 40;
const WINDOW = 600;

/** As the edge sends them. */
const requests = requestsFor((index) => `/view/${1000 + index}`);

const script = (name: string): string => join(import.meta.dirname, 'composed', name);

/**
 * What composing costs: CPU per request of raw `node:http` and undici's `Pool` ÷ that of a service with everything on,
 * each making one view of two calls.
 * @param profile folder for a CPU profile of the service, by default none
 */
export async function bff(rounds = ROUNDS, window = WINDOW, profile?: string): Promise<readonly Row[]> {
  // Stands for both services behind the view and for the collector of its spans.
  const callee = await MeasuredProcess.start(script('raw/part.ts'));
  const calls = ['orders', 'customers'].flatMap((service) => [
    [urlVariable(service), callee.url],
    [timeoutVariable(service), '5000'],
  ]);
  try {
    return await compareServices({
      what: 'BFF composing two calls, raw node:http + undici ÷ service',
      raw: script('raw/view.ts'),
      chassis: script('view/measured.ts'),
      environment: { ...Object.fromEntries(calls), [Environment.collector]: callee.url },
      requests,
      reach: 0.86,
      rounds,
      window,
      profile,
    });
  } finally {
    await callee.stop();
  }
}

if (import.meta.main) {
  const [rounds = ROUNDS, window = WINDOW] = process.argv.slice(2, 4).map(Number);
  printTable(await bff(rounds, window, process.argv[4]));
}
