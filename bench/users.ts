import { ComposedSystem, type Side } from './composed-system.ts';
import { LoadGenerator, type LoadResult } from './load.ts';
import { goAhead } from './priority.ts';
import { median } from './statistics.ts';
import { printTable, type Row } from './table.ts';

const USERS = 200;
const WARM_UP_SECONDS = 4;
const TURNS = 3;
const TURN_SECONDS = 6;

/**
 * How long users wait for a view composed of two calls. Each has its own connection and asks once a second, whether or
 * not the system keeps up. The same for bare node:http and undici, in turns.
 */
export async function users(): Promise<readonly Row[]> {
  const system = await ComposedSystem.start();
  const load = new LoadGenerator();
  try {
    goAhead([load.pid, ...[system.raw, system.ours].flatMap(({ proxies, tasks }) => [...proxies, ...tasks])]);
    const results: { raw: LoadResult[]; ours: LoadResult[] } = { raw: [], ours: [] };
    for (const side of ['raw', 'ours'] as const) await visited(system[side], load, WARM_UP_SECONDS);
    for (let turn = 0; turn < TURNS; turn++) {
      for (const side of ['raw', 'ours'] as const) results[side].push(await visited(system[side], load, TURN_SECONDS));
    }
    const wait = (side: 'raw' | 'ours', share: 'p50' | 'p90' | 'p99') => ({
      value: median(results[side].map(({ latency }) => latency[share])),
      unit: 'ms',
      digits: 1,
    });
    return [
      { what: `${USERS} users, one request a second each, p99`, ...wait('ours', 'p99'), atMost: 12 },
      { what: '  p90 (the system: under 2 s)', ...wait('ours', 'p90'), atMost: 2_000 },
      { what: '  p50', ...wait('ours', 'p50') },
      { what: '  raw node:http and undici, p99', ...wait('raw', 'p99') },
      { what: '  raw node:http and undici, p90', ...wait('raw', 'p90') },
    ];
  } finally {
    await load.stop();
    await system.stop();
  }
}

const VIEW = 'GET /view/42?calls=2 HTTP/1.1\r\nhost: view\r\naccept: application/json\r\n\r\n';

async function visited({ url }: Side, load: LoadGenerator, seconds: number): Promise<LoadResult> {
  const count = USERS * seconds;
  const pace = { connections: USERS, everyMs: 1_000, count };
  const result = await load.run({ host: url.hostname, port: Number(url.port), requests: [VIEW], ...pace });
  if (result.statuses['200'] === count) return result;
  throw new Error(`expected ${count} answers 200, got ${JSON.stringify(result.statuses)}`);
}

if (import.meta.main) printTable(await users());
