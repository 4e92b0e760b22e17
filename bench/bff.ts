import { join } from 'node:path';
import { MeasuredProcess } from './measured-process.ts';
import { compareServices } from './service-comparison.ts';
import { printTable, type Row } from './table.ts';

const ROUNDS = 40;
const WINDOW = 600;

/** As the edge asks, one in twenty traces sampled. */
const requests = Array.from({ length: 240 }, (_, index) => {
  const trace = (index + 1).toString(16).padStart(32, '0a');
  return [
    `GET /views/${1000 + index} HTTP/1.1`,
    'host: view',
    'accept: application/json',
    `traceparent: 00-${trace}-${trace.slice(16)}-0${index % 20 === 0 ? 1 : 0}`,
    `x-correlation-id: ${trace}`,
    '\r\n',
  ].join('\r\n');
});

/**
 * What composing costs: CPU per request of raw `node:http` and undici's `Pool` ÷ that of a service with everything on,
 * each making one view of two calls.
 * @param profile folder for a CPU profile of the service, by default none is taken
 */
export async function bff(rounds = ROUNDS, window = WINDOW, profile?: string): Promise<readonly Row[]> {
  const callee = await MeasuredProcess.start(join(import.meta.dirname, 'bff/callee.ts'));
  process.env.CALLEE_PORT = String(callee.port);
  try {
    return await compareServices({
      what: 'BFF composing two calls, raw node:http + undici ÷ service',
      raw: join(import.meta.dirname, 'bff/raw-server.ts'),
      chassis: join(import.meta.dirname, 'bff/chassis-server.ts'),
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
