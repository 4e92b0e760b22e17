import { ComposedSystem, type Cpu, cpuOn, type Side } from './composed-system.ts';
import { LoadGenerator } from './load.ts';
import { median } from './statistics.ts';
import { printTable, type Row } from './table.ts';

const ROUNDS = 7;
const WARM_UP = 4_000;
const REQUESTS = 3_000;
const ITEMS = 4_000;
/** The number of concurrent reads in `get-items.ts`. */
const READERS = 8;

/**
 * What the route through the twin costs: CPU of all processes on it for a view composed of two calls, through API,
 * balancer and Service Connect, next to the same hops in bare node:http and undici.
 * @param profile folder for a CPU profile of the twin, by default none
 */
export async function edge(profile?: string): Promise<readonly Row[]> {
  const system = await ComposedSystem.start(profile);
  const load = new LoadGenerator();
  try {
    const alone = await compared(system, load, '/view/42?calls=0');
    const whole = await compared(system, load, '/view/42?calls=2');
    const door = await costOf(system.rawDoor, load, ITEM, ITEMS, READERS);
    const ours = (await system.costOfTask(['node', 'get-items.js', String(ITEMS)])) / ITEMS;
    const all = ({ proxies, tasks }: Cpu): number => proxies + tasks;
    const hop = (side: 'raw' | 'ours'): number => (whole[side].proxies - alone[side].proxies) / 2;
    return [
      {
        what: 'composed view through the edge, raw hops ÷ all processes',
        value: all(whole.raw) / all(whole.ours),
        atLeast: 0.7,
      },
      { what: '  all processes', value: all(whole.ours), unit: 'µs', digits: 0 },
      { what: '  the twin: API, balancer, two hops, raw ÷ ours', value: whole.raw.proxies / whole.ours.proxies },
      { what: '    API and balancer', value: alone.raw.proxies / alone.ours.proxies },
      { what: '    one Service Connect hop', value: hop('raw') / hop('ours') },
      { what: '  the tasks: composition, two callees', value: whole.raw.tasks / whole.ours.tasks },
      { what: 'GetItem of a task, a TLS proxy ÷ the front door', value: door.proxies / ours },
    ];
  } finally {
    await load.stop();
    await system.stop();
  }
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: view\r\naccept: application/json\r\n\r\n`;

const KEY = JSON.stringify({ TableName: 'Composed-Documents-1234567890', Key: { id: { S: 'moka-pot' } } });
const ITEM = `POST /orders/42 HTTP/1.1\r\nhost: dynamodb\r\ncontent-length: ${KEY.length}\r\n\r\n${KEY}`;

/** Both routes in turns, so that other load on the machine affects both. */
async function compared({ raw, ours }: ComposedSystem, load: LoadGenerator, path: string) {
  const costs: { raw: Cpu[]; ours: Cpu[] } = { raw: [], ours: [] };
  for (const side of [raw, ours]) await costOf(side, load, get(path), WARM_UP);
  for (let round = 0; round < ROUNDS; round++) {
    costs.raw.push(await costOf(raw, load, get(path)));
    costs.ours.push(await costOf(ours, load, get(path)));
  }
  return { raw: middleOf(costs.raw), ours: middleOf(costs.ours) };
}

/** CPU of one request, in microseconds. */
async function costOf(
  side: Side,
  load: LoadGenerator,
  request: string,
  count = REQUESTS,
  connections = 32,
): Promise<Cpu> {
  const { hostname: host, port, protocol } = side.url;
  const before = cpuOn(side);
  const secure = protocol === 'https:';
  const { statuses } = await load.run({ host, port: Number(port), secure, requests: [request], count, connections });
  if (statuses['200'] !== count) throw new Error(`expected ${count} answers 200, got ${JSON.stringify(statuses)}`);
  const after = cpuOn(side);
  return { proxies: (after.proxies - before.proxies) / count, tasks: (after.tasks - before.tasks) / count };
}

const middleOf = (costs: readonly Cpu[]): Cpu => ({
  proxies: median(costs.map(({ proxies }) => proxies)),
  tasks: median(costs.map(({ tasks }) => tasks)),
});

if (import.meta.main) printTable(await edge(process.argv[2]));
