import { join } from 'node:path';
import { LoadGenerator } from './load.ts';
import { MeasuredProcess } from './measured-process.ts';
import { products } from './service/products.ts';

/**
 * What the chassis costs: CPU per request of raw `node:http` ÷ that of a service with everything on, the same JSON from
 * both. Windows alternate, so whatever else the machine does falls on both alike; raw ÷ raw says how far that holds.
 * `node bench/service.ts [pairs] [requests per window] [folder for a CPU profile of the service]`
 */
const [pairs = 12, window = 15_000] = process.argv.slice(2, 4).map(Number);
const profile = process.argv[4];

const server = (name: string, args: readonly string[] = []) =>
  MeasuredProcess.start(join(import.meta.dirname, 'service', name), args);
const raw = await server('raw-server.ts');
const rawAgain = await server('raw-server.ts');
const profiling = ['--cpu-prof', `--cpu-prof-dir=${profile}`];
const chassis = await server('chassis-server.ts', profile === undefined ? [] : profiling);
const load = new LoadGenerator();

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

async function cost(measured: MeasuredProcess, count = window): Promise<number> {
  const before = await measured.cpu();
  const { statuses } = await load.run({ port: measured.port, requests, count });
  if (statuses['200'] !== count) throw new Error(`expected ${count} answers 200, got ${JSON.stringify(statuses)}`);
  return ((await measured.cpu()) - before) / count;
}

const measured = [raw, chassis, rawAgain] as const;
for (const one of measured) await cost(one, 30_000);

const costs: number[][] = [];
for (let pair = 0; pair < pairs; pair++) {
  const row: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const which = (pair + turn) % 3;
    row[which] = await cost(measured[which]!);
  }
  costs.push(row);
}

function row(what: string, values: readonly number[], unit = ''): void {
  const sorted = values.toSorted((one, other) => one - other);
  const shown = [0, 0.25, 0.5, 0.75, 1].map((share) => sorted[Math.round((sorted.length - 1) * share)]!);
  console.log(`${what.padEnd(40)} ${shown.map((value) => value.toFixed(2).padStart(7)).join(' ')} ${unit}`);
}

const names = ['min', '25 %', 'median', '75 %', 'max'].map((name) => name.padStart(7));
console.log(`${'CPU per request'.padEnd(40)} ${names.join(' ')}`);
row(
  'raw node:http',
  costs.map(([one]) => one!),
  'µs',
);
row(
  'service with everything on',
  costs.map(([, one]) => one!),
  'µs',
);
row(
  'raw ÷ service (reach: 0.90)',
  costs.map(([one, other, again]) => (one! + again!) / 2 / other!),
);
row(
  'raw ÷ raw (the control)',
  costs.map(([one, , other]) => one! / other!),
);

load.stop();
await Promise.all(measured.map((one) => one.stop()));
