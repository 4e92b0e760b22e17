import { availabilityFilter } from '../services/chassis/balance/availability-filter.ts';
import { balancedDestination } from '../services/chassis/balance/balanced-destination.ts';
import type { Balancer, Chance } from '../services/chassis/balance/balancer.ts';
import { defaultBalancer } from '../services/chassis/balance/default-balancer.ts';
import { leastRequests } from '../services/chassis/balance/least-requests.ts';
import { ObservedCandidate } from '../services/chassis/balance/observed-candidate.ts';
import { randomChoice } from '../services/chassis/balance/random-choice.ts';
import { roundRobin } from '../services/chassis/balance/round-robin.ts';
import { sameZoneFirst } from '../services/chassis/balance/same-zone-first.ts';
import { weightedResponseTime } from '../services/chassis/balance/weighted-response-time.ts';
import { fixedInstances } from '../services/chassis/discovery/fixed-instances.ts';
import { machineRandom } from '../services/chassis/random.ts';
import { createLog } from '../services/chassis/telemetry/log.ts';
import { chassisMetrics } from '../services/chassis/telemetry/metric-table.ts';
import { MetricsRegistry } from '../services/chassis/telemetry/metrics-registry.ts';
import { systemClock } from '../services/chassis/time/clock.ts';
import { Deadline } from '../services/chassis/time/deadline.ts';
import { median } from './statistics.ts';
import { printTable, type Row } from './table.ts';

const COUNTS = [3, 30] as const;
const ROUNDS = 7;
const PICKS = 200_000;

const clock = systemClock();
const chance: Chance = { clock, random: machineRandom };
const zone = (): string => 'a';

const rules: Record<string, () => Balancer> = {
  'round robin': roundRobin,
  random: randomChoice,
  'least requests': leastRequests,
  'weighted response time': weightedResponseTime,
  'availability filter over random': () => availabilityFilter(randomChoice()),
  'same zone first over random': () => sameZoneFirst(randomChoice(), { zone }),
  'the default: all three': () => defaultBalancer(zone),
};

/** Instances that have answered, in three zones; if `failing`, the filter leaves out one in ten. */
const candidates = (count: number, failing: boolean): ObservedCandidate[] =>
  Array.from({ length: count }, (_, at) => {
    const instance = { id: String(at), origin: `http://10.0.0.${at}:8080`, zone: 'abc'[at % 3] };
    const candidate = new ObservedCandidate(instance, chance.clock.elapsed(), 5 + at);
    if (failing && at % 10 === 0) Object.assign(candidate, { consecutiveFailures: 5, ejectedUntil: Number.MAX_VALUE });
    return candidate;
  });

function picks(rule: Balancer, among: readonly ObservedCandidate[]): () => void {
  return () => {
    for (let pick = 0; pick < PICKS; pick++) rule.pick(among, chance);
  };
}

/** Takes a lease of the whole destination and returns it, without a request in between. */
function leases(count: number): () => void {
  const origins = Array.from({ length: count }, (_, at) => `http://127.0.0.1:${10_000 + at}`);
  const log = createLog(() => {}, clock);
  const props = { service: 'bench', discovery: fixedInstances(origins), balancer: defaultBalancer() };
  const metrics = new MetricsRegistry({ table: chassisMetrics, log });
  const destination = balancedDestination(props, { ...chance, log, metrics });
  const deadline = new Deadline(1e9, clock);
  return () => {
    for (let pick = 0; pick < PICKS; pick++) {
      const lease = destination.lease(deadline);
      if (lease instanceof Promise)
        throw new Error(
          'a lease must not wait, got a promise although the instances are known; see balancedDestination',
        );
      lease.done('success', 5);
    }
  };
}

interface Figure {
  readonly nanoseconds: number;
  readonly bytes: number;
}

function measure(work: () => void): Figure {
  const heap = process.memoryUsage().heapUsed;
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  const grown = process.memoryUsage().heapUsed - heap;
  return { nanoseconds: ((user + system) * 1_000) / PICKS, bytes: Math.max(0, grown) / PICKS };
}

const choices: Record<string, (count: number) => () => void> = {
  ...Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [name, (count: number) => picks(rule(), candidates(count, false))]),
  ),
  'the default, one in ten left out': (count) => picks(defaultBalancer(zone), candidates(count, true)),
  'lease and return, the default': leases,
};

/** What choosing an instance costs: CPU and allocated bytes per pick, among few and among many instances. */
export async function balance(): Promise<readonly Row[]> {
  const works = Object.entries(choices).flatMap(([name, make]) =>
    COUNTS.map((count) => ({ name, count, work: make(count), figures: [] as Figure[] })),
  );
  // Alternating, so that other load on the machine affects all alike; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { work, figures } of works) {
      const figure = measure(work);
      if (round > 0) figures.push(figure);
    }
  }
  return works.flatMap(({ name, count, figures }) => [
    {
      what: `${name}, ${count} instances`,
      value: median(figures.map(({ nanoseconds }) => nanoseconds)),
      unit: 'ns',
      digits: 0,
    },
    { what: '  allocated', value: median(figures.map(({ bytes }) => bytes)), unit: 'bytes', digits: 0 },
  ]);
}

if (import.meta.main) printTable(await balance());
