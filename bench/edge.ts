import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../assembly/synthesize.ts';
import { certificateFor } from '../twin/aws/certificate.ts';

/**
 * What the way through the twin costs: a view composed of two calls, asked for through API, balancer and Service
 * Connect, next to the same hops in bare node:http and undici. CPU of all processes on the way, from /proc, so Linux
 * only. `node bench/edge.ts [cdk.out of bench/composed]`; PROFILE=<folder> leaves a CPU profile of the twin there.
 */
const composed = join(import.meta.dirname, 'composed');
const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-'));
const ROUNDS = 7;
const WARM_UP = 4_000;
const REQUESTS = 3_000;
const CONNECTIONS = 32;
const ITEMS = 4_000;
/** As many as read at a time in `get-items.ts`. */
const READERS = 8;

/** Time on the processor so far, in microseconds. */
type Meter = () => number;

interface Side {
  readonly url: string;
  readonly body?: string;
  readonly proxies: Meter;
  readonly tasks: Meter;
}

/** CPU of one request, in microseconds. */
interface Cost {
  readonly proxies: number;
  readonly tasks: number;
}

const children: ChildProcess[] = [];

function started(script: string, args: readonly string[] = [], execArgv: readonly string[] = []): ChildProcess {
  const child = fork(join(composed, script), args, {
    execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
  });
  children.push(child);
  return child;
}

/** What a child says next; it says something or ends. */
function told<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`${child.spawnargs.at(-1)} ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}

const ask = <T>(child: ChildProcess, message: object): Promise<T> => {
  child.send(message);
  return told<T>(child);
};

/** Fields of /proc/<pid>/stat that follow the command's name. */
const stat = (pid: number): string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
};
const TICK = 10_000;
const cpu =
  (pids: readonly number[]): Meter =>
  () =>
    pids.reduce((sum, pid) => sum + (Number(stat(pid)[11]) + Number(stat(pid)[12])) * TICK, 0);

function childrenOf(pid: number): number[] {
  const own = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(parentOf(name)) === pid);
  return own.map(Number).flatMap((child) => [child, ...childrenOf(child)]);
}

function parentOf(pid: string): string | undefined {
  try {
    return stat(Number(pid))[1];
  } catch {
    return undefined;
  }
}

const isTask = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('main.js');

async function twinSide(assembly: string): Promise<Side & { readonly twin: ChildProcess }> {
  const twin = started(
    'twin.ts',
    [assembly, join(folder, 'data')],
    process.env.PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.PROFILE}`] : [],
  );
  const url = await told<string>(twin);
  return { twin, url, proxies: cpu([twin.pid!]), tasks: cpu(childrenOf(twin.pid!).filter(isTask)) };
}

async function rawSide(): Promise<Side & { readonly door: Side }> {
  const { key, cert } = certificateFor(['localhost'], join(folder, 'certificate'));
  const proxy = started('raw/proxy.ts', [key, cert]);
  const [edge, toOrders, toCustomers, door] = await told<string[]>(proxy);
  const [orders, customers] = [started('raw/part.ts'), started('raw/part.ts')];
  const [[ordersUrl], [customersUrl]] = await Promise.all([told<string[]>(orders), told<string[]>(customers)]);
  const view = started('raw/view.ts', [toOrders!, toCustomers!]);
  const [viewUrl] = await told<string[]>(view);
  proxy.send([viewUrl!, ordersUrl!, customersUrl!]);
  const tasks = cpu([orders.pid!, customers.pid!, view.pid!]);
  const proxies = cpu([proxy.pid!]);
  const body = JSON.stringify({ TableName: 'Composed-Documents-1234567890', Key: { id: { S: 'moka-pot' } } });
  return { url: edge!, proxies, tasks, door: { url: door!, body, proxies, tasks } };
}

const load = started('load.ts');

async function round(side: Side, path: string, requests = REQUESTS, connections = CONNECTIONS): Promise<Cost> {
  const { url, body, proxies, tasks } = side;
  const before = [proxies(), tasks()] as const;
  const failed = await ask<number>(load, { url: url + path, requests, connections, body });
  if (failed > 0) throw new Error(`${failed} of ${requests} answers of ${url + path} were not the wanted ones`);
  return { proxies: (proxies() - before[0]) / requests, tasks: (tasks() - before[1]) / requests };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const medianOf = (costs: readonly Cost[]): Cost => ({
  proxies: median(costs.map(({ proxies }) => proxies)),
  tasks: median(costs.map(({ tasks }) => tasks)),
});

/** Both sides in turns, so that what disturbs one disturbs the other. */
async function compared(raw: Side, twin: Side, path: string): Promise<{ raw: Cost; twin: Cost }> {
  const costs: { raw: Cost[]; twin: Cost[] } = { raw: [], twin: [] };
  for (const side of [raw, twin]) await round(side, path, WARM_UP);
  for (let i = 0; i < ROUNDS; i++) {
    costs.raw.push(await round(raw, path));
    costs.twin.push(await round(twin, path));
  }
  return { raw: medianOf(costs.raw), twin: medianOf(costs.twin) };
}

function row(what: string, raw: number, twin: number): void {
  const figures = [raw.toFixed(0), twin.toFixed(0), (raw / twin).toFixed(2)].map((text) => text.padStart(8));
  console.log(`${what.padEnd(52)}${figures.join('')}`);
}

/** CPU the twin spends on one GetItem of a task, engine apart; and a bare proxy with TLS on a request like it. */
async function frontDoors(raw: Side, { twin }: { readonly twin: ChildProcess }): Promise<[raw: number, twin: number]> {
  await round(raw, '/orders/42', WARM_UP, READERS);
  const bare = await round(raw, '/orders/42', ITEMS, READERS);
  const meter = cpu([twin.pid!]);
  const said = await ask<string>(twin, ['node', 'get-items.js', String(ITEMS)]);
  if (said !== 'begins') throw new Error(`the one-off task said '${said}' and did not begin; see what it wrote`);
  const before = meter();
  await told(twin);
  return [bare.proxies, (meter() - before) / ITEMS];
}

try {
  const [, , given] = process.argv;
  const output = join(folder, 'cdk.out');
  const assembly = given ?? (await synthesize(composed, { output, env: { CDK_VALIDATION: 'false' } }));
  const raw = await rawSide();
  const twin = await twinSide(assembly);
  const edge = await compared(raw, twin, '/view/42?calls=0');
  const whole = await compared(raw, twin, '/view/42?calls=2');

  console.log(`${'µs CPU a request'.padEnd(52)}${['raw', 'ours', 'ratio'].map((name) => name.padStart(8)).join('')}`);
  row('composed view, all processes', whole.raw.proxies + whole.raw.tasks, whole.twin.proxies + whole.twin.tasks);
  row('  the twin: API, balancer, two Service Connect hops', whole.raw.proxies, whole.twin.proxies);
  row('    API and balancer', edge.raw.proxies, edge.twin.proxies);
  const hop = ({ proxies }: Cost, alone: Cost): number => (proxies - alone.proxies) / 2;
  row('    one Service Connect hop', hop(whole.raw, edge.raw), hop(whole.twin, edge.twin));
  row('  the tasks: composition and two callees', whole.raw.tasks, whole.twin.tasks);
  row('GetItem of a task: the front door with TLS', ...(await frontDoors(raw.door, twin)));
} finally {
  const ended = children.filter(({ exitCode }) => exitCode === null).map((child) => once(child, 'exit'));
  for (const child of children) if (child.connected) child.disconnect();
  await Promise.all(ended);
  rmSync(folder, { recursive: true, force: true });
}
