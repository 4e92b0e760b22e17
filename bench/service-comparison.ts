import { spawnSync } from 'node:child_process';
import { LoadGenerator } from './load.ts';
import { MeasuredProcess } from './measured-process.ts';
import { quantile } from './statistics.ts';
import type { Row } from './table.ts';

/** What is compared, and how long. */
export interface ServiceComparisonProps {
  /** What the service does, for the table. */
  readonly what: string;
  /** Script of the plain server. */
  readonly raw: string;
  /** Script of the same server on the chassis. */
  readonly chassis: string;
  /** Variables of both, in addition to those of this process. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** As they go over the wire. */
  readonly requests: readonly string[];
  /** The least raw ÷ chassis should be. @default - nothing is promised */
  readonly reach?: number;
  readonly rounds: number;
  /** Requests per window. */
  readonly window: number;
  /** Folder for a CPU profile of the chassis; undefined takes none. */
  readonly profile: string | undefined;
}

/** Requests for these paths as a caller that traces sends them, one in twenty traces sampled. */
export const requestsFor = (path: (index: number) => string, ...headers: readonly string[]): readonly string[] =>
  Array.from({ length: 240 }, (_, index) => {
    const trace = (index + 1).toString(16).padStart(32, '0a');
    return [
      `GET ${path(index)} HTTP/1.1`,
      'host: service',
      'accept: application/json',
      `traceparent: 00-${trace}-${trace.slice(16)}-0${index % 20 === 0 ? 1 : 0}`,
      `x-correlation-id: ${trace}`,
      ...headers,
      '\r\n',
    ].join('\r\n');
  });

/** Plain comes before chassis as often as after it, and each plain server is next to the chassis equally often. */
const TURNS = ['raw', 'chassis', 'again', 'again', 'chassis', 'raw'] as const;

type Costs = Readonly<Record<(typeof TURNS)[number], number>>;

/**
 * Compares CPU per request of a plain server and a server on the chassis that gives the same answers. Windows are short
 * and alternate, so other load on the machine affects all servers alike, and the median over rounds ignores what did
 * not. A second plain server, as the control, shows how far that holds. Only the CPU of the servers counts.
 */
export async function compareServices(props: ServiceComparisonProps): Promise<readonly Row[]> {
  const { what, raw, chassis, environment = {}, requests, reach, rounds, window, profile } = props;
  const execArgv = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const servers = {
    raw: await MeasuredProcess.start(raw, { environment }),
    chassis: await MeasuredProcess.start(chassis, { environment, execArgv }),
    again: await MeasuredProcess.start(raw, { environment }),
  };
  const load = new LoadGenerator();
  for (const { pid } of Object.values(servers)) pin(pid, 0);
  pin(load.pid, 1);

  const cost = async (server: MeasuredProcess, count: number, again = 10): Promise<number> => {
    const before = await server.cpu();
    const { statuses } = await load.run({ port: server.port, requests, count, awake: true });
    // If a server got no processor for a second, the chassis sheds requests: that window does not count.
    if (statuses['503'] !== undefined && again > 0) return await cost(server, count, again - 1);
    if (statuses['200'] !== count) throw new Error(`expected ${count} answers 200, got ${JSON.stringify(statuses)}`);
    return ((await server.cpu()) - before) / count;
  };
  for (let warmUp = 0; warmUp < 20; warmUp++) for (const one of Object.values(servers)) await cost(one, window);

  const costs: Costs[] = [];
  for (let round = 0; round < rounds; round++) {
    const sums = { raw: 0, chassis: 0, again: 0 };
    for (const turn of TURNS) sums[turn] += (await cost(servers[turn], window)) / 2;
    costs.push(sums);
  }

  await Promise.all([load, ...Object.values(servers)].map((one) => one.stop()));

  const plain: Figure = (one) => (one.raw + one.again) / 2;
  const service: Figure = (one) => one.chassis;
  const ratio: Figure = (one) => plain(one) / service(one);
  const at = (figure: Figure, share: number): number => quantile(costs.map(figure), share);
  const mean = (figure: Figure): number => costs.reduce((sum, one) => sum + figure(one), 0) / costs.length;
  const digits = 3;
  return [
    { what, value: at(ratio, 0.5), digits, atLeast: reach },
    { what: '  at 25 %', value: at(ratio, 0.25), digits },
    { what: '  at 75 %', value: at(ratio, 0.75), digits },
    // Only the means include rare events, such as a major garbage collection.
    { what: '  by the means', value: mean(plain) / mean(service), digits },
    { what: '  raw ÷ raw (the control)', value: at((one) => one.raw / one.again, 0.5), digits },
    { what: '  raw, CPU per request', value: at(plain, 0.5), unit: 'µs' },
    { what: '  service with everything on, CPU per request', value: at(service, 0.5), unit: 'µs' },
  ];
}

type Figure = (one: Costs) => number;

/** Puts servers on one core and their load on another, where the machine permits it. */
function pin(pid: number, core: number): void {
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], { stdio: 'ignore' });
}
