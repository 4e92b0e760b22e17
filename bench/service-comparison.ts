import { spawnSync } from 'node:child_process';
import { LoadGenerator } from './load.ts';
import { MeasuredProcess } from './measured-process.ts';
import { quantile } from './statistics.ts';
import type { Row } from './table.ts';

export interface ServiceComparisonProps {
  /** What the service does, for the table. */
  readonly what: string;
  /** The file of the plain server. */
  readonly raw: string;
  /** The file of the same thing on the chassis. */
  readonly chassis: string;
  /** Variables of that process, beside those of this one. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  readonly requests: readonly string[];
  /** What raw ÷ chassis should be at least. @default - nothing is promised */
  readonly reach?: number;
  readonly rounds: number;
  /** Requests per window. */
  readonly window: number;
  /** Folder for a CPU profile of the chassis. @default - none is taken */
  readonly profile: string | undefined;
}

/** Plain before chassis as often as after it, and each plain server next to the chassis as often as the other. */
const TURNS = ['raw', 'chassis', 'again', 'again', 'chassis', 'raw'] as const;

type Costs = Readonly<Record<(typeof TURNS)[number], number>>;

/**
 * Compares CPU per request of a plain server and one on the chassis that answers the same. Many short windows, there
 * and back: whatever else the machine does falls on all alike, and the median over rounds forgets what did not. A
 * second plain server says how far that holds. Only the time of the servers counts, nobody else's.
 */
export async function compareServices(props: ServiceComparisonProps): Promise<readonly Row[]> {
  const { what, raw, chassis, environment, requests, reach, rounds, window, profile } = props;
  const servers = {
    raw: await MeasuredProcess.start(raw),
    chassis: await MeasuredProcess.start(
      chassis,
      profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
      environment,
    ),
    again: await MeasuredProcess.start(raw),
  };
  const load = new LoadGenerator();
  for (const { pid } of Object.values(servers)) pin(pid, 0);
  pin(load.pid, 1);

  const cost = async (server: MeasuredProcess, count: number, again = 10): Promise<number> => {
    const before = await server.cpu();
    const { statuses } = await load.run({ port: server.port, requests, count });
    // Where the machine has left a server without a processor for a second, the chassis turns requests away.
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

  load.stop();
  await Promise.all(Object.values(servers).map((one) => one.stop()));

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
    // What comes seldom, such as a great collection of garbage, is only in there.
    { what: '  by the means', value: mean(plain) / mean(service), digits },
    { what: '  raw ÷ raw (the control)', value: at((one) => one.raw / one.again, 0.5), digits },
    { what: '  raw, CPU per request', value: at(plain, 0.5), unit: 'µs' },
    { what: '  service with everything on, CPU per request', value: at(service, 0.5), unit: 'µs' },
  ];
}

type Figure = (one: Costs) => number;

/** Servers on one core and their load on another, where the machine lets us say so. */
function pin(pid: number, core: number): void {
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], { stdio: 'ignore' });
}
