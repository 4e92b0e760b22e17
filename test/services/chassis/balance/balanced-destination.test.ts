import { afterEach, describe, expect, it } from '@jest/globals';
import { availabilityFilter } from '../../../../services/chassis/balance/availability-filter.ts';
import {
  type BalancedDestinationProps,
  balancedDestination,
} from '../../../../services/chassis/balance/balanced-destination.ts';
import type { Balancer } from '../../../../services/chassis/balance/balancer.ts';
import { defaultBalancer } from '../../../../services/chassis/balance/default-balancer.ts';
import type { Destination, Lease } from '../../../../services/chassis/balance/destination.ts';
import { leastRequests } from '../../../../services/chassis/balance/least-requests.ts';
import { randomChoice } from '../../../../services/chassis/balance/random-choice.ts';
import { roundRobin } from '../../../../services/chassis/balance/round-robin.ts';
import type { Discovery } from '../../../../services/chassis/discovery/discovery.ts';
import { InstanceList } from '../../../../services/chassis/discovery/instance-list.ts';
import type { Metrics } from '../../../../services/chassis/telemetry/metrics.ts';
import { until } from '../../../until.ts';
import { seededRandom } from '../seeded-random.ts';
import { noMetrics, testRuntime } from '../test-runtime.ts';
import { ample, LocalInstance, send, sendBy, ToldDiscovery } from './local-service.ts';

const instances: LocalInstance[] = [];
const destinations: Destination[] = [];

afterEach(async () => {
  await Promise.all(destinations.splice(0).map((destination) => destination.close()));
  await Promise.all(instances.splice(0).map((instance) => instance.kill().catch(() => {})));
});

async function start(count: number): Promise<LocalInstance[]> {
  const started = await Promise.all(Array.from({ length: count }, () => new LocalInstance().listen()));
  instances.push(...started);
  return started;
}

function destinationOf(discovery: Discovery, balancer: Balancer, metrics: Metrics = noMetrics) {
  const runtime = { ...testRuntime(), random: seededRandom(1), metrics };
  const props: BalancedDestinationProps = { service: 'catalog', discovery, balancer };
  const destination = balancedDestination(props, runtime);
  destinations.push(destination);
  return { destination, lines: runtime.lines };
}

const requests = (of: readonly LocalInstance[]): number[] => of.map((instance) => instance.requests);

/** So many requests, of which so many are under way at a time. */
async function load(destination: Destination, total: number, atATime: number): Promise<void> {
  let left = total;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await send(destination);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}

describe('balancedDestination', () => {
  it('sends to every instance in its turn, over connections that stay', async () => {
    const started = await start(3);
    const { destination } = destinationOf(new ToldDiscovery(...started.map(({ instance }) => instance)), roundRobin());
    for (let sent = 0; sent < 12; sent++) expect((await send(destination)).ok).toBe(true);
    expect(requests(started)).toEqual([4, 4, 4]);
    expect(started.map(({ connections }) => connections)).toEqual([1, 1, 1]);
    expect(destination.connectRetriedBy).toBe('chassis');
  });

  describe('with an instance that answers slowly', () => {
    /** The share of the traffic that it gets, beside two that are quick. */
    async function shareOfSlow(balancer: Balancer, atATime: number): Promise<number> {
      const started = await start(3);
      started[0]!.answer = (_, response) => void setTimeout(() => response.end('late'), 40);
      const { destination } = destinationOf(new ToldDiscovery(...started.map(({ instance }) => instance)), balancer);
      await load(destination, 150, atATime);
      return started[0]!.requests / 150;
    }

    it.each<[string, () => Balancer, number]>([
      ['least requests', leastRequests, 8],
      ['the default', defaultBalancer, 8],
      ['the default, one request at a time', defaultBalancer, 1],
    ])('moves traffic away from it: %s', async (_, balancer, atATime) => {
      expect(await shareOfSlow(balancer(), atATime)).toBeLessThan(0.25);
    });

    it('would send it a third by chance', async () => {
      expect(await shareOfSlow(randomChoice(), 8)).toBeGreaterThan(0.3);
    });
  });

  it('leaves out an instance that was killed, says so once, and finds its successor at another address', async () => {
    const [killed, other, successor] = (await start(3)) as [LocalInstance, LocalInstance, LocalInstance];
    const discovery = new ToldDiscovery(killed.instance, other.instance);
    const { destination, lines } = destinationOf(discovery, availabilityFilter(roundRobin()));
    await load(destination, 4, 1);
    await killed.kill();

    const outcomes: boolean[] = [];
    for (let sent = 0; sent < 40; sent++) {
      const first = await send(destination);
      outcomes.push(first.ok);
      // What a client does: the second attempt always finds the one that lives.
      if (!first.ok) expect((await send(destination, first.lease)).ok).toBe(true);
    }
    expect(outcomes.filter((ok) => !ok)).toHaveLength(5);
    expect(discovery.doubts).toBe(5);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: 'left out for 1000 ms after 5 failures in a row',
        dependency: 'catalog',
        origin: expect.stringMatching(/^http:\/\/127/),
      }),
    ]);

    discovery.tell(other.instance, successor.instance);
    await load(destination, 10, 1);
    expect(successor.requests).toBe(5);
  });

  it('answers though a rule throws at what it is told', async () => {
    const [only] = (await start(1)) as [LocalInstance];
    const careless: Balancer = {
      ...roundRobin(),
      ended() {
        throw new Error('no');
      },
    };
    const { destination, lines } = destinationOf(new ToldDiscovery(only.instance), careless);
    expect((await send(destination)).ok).toBe(true);
    expect(lines).toMatchObject([{ level: 'error', error: { message: 'no' } }]);
  });

  it('asks the registry for the successor as soon as an instance fails, not a period later', async () => {
    const [killed, successor] = (await start(2)) as [LocalInstance, LocalInstance];
    let registered = killed;
    const registry = { name: 'catalog', ask: async () => [registered.instance] };
    const discovery = new InstanceList(registry, testRuntime(), { periodMs: 600_000, soonMs: 5 });
    const { destination } = destinationOf(discovery, defaultBalancer());
    expect((await send(destination)).ok).toBe(true);
    await killed.kill();
    registered = successor;
    while (!(await send(destination)).ok) await new Promise((resolve) => setImmediate(resolve));
    expect(successor.requests).toBe(1);
  });

  it('would go on failing half of the requests without an availability filter', async () => {
    const [killed, other] = (await start(2)) as [LocalInstance, LocalInstance];
    const { destination } = destinationOf(new ToldDiscovery(killed.instance, other.instance), roundRobin());
    await killed.kill();
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => send(destination)));
    expect(outcomes.filter(({ ok }) => !ok)).toHaveLength(20);
  });

  it('counts a connection that breaks under a request as a failure', async () => {
    const [breaking] = (await start(1)) as [LocalInstance];
    breaking.answer = (request) => void request.socket.destroy();
    const discovery = new ToldDiscovery(breaking.instance);
    const { destination } = destinationOf(discovery, defaultBalancer());
    expect((await send(destination)).ok).toBe(false);
    expect(discovery.doubts).toBe(1);
  });

  it('makes a second attempt elsewhere, rather where nothing failed, but anywhere before nowhere', async () => {
    const [one, two, three] = (await start(3)) as [LocalInstance, LocalInstance, LocalInstance];
    two.answer = (_, response) => void response.writeHead(500).end();
    const discovery = new ToldDiscovery(one.instance, two.instance);
    const { destination } = destinationOf(discovery, roundRobin());
    const leases = [(await send(destination)).lease, (await send(destination)).lease];
    const atOne = leases.find(({ origin }) => origin === one.instance.origin);
    expect((await send(destination, atOne)).lease.origin).toBe(two.instance.origin);

    discovery.tell(one.instance, two.instance, three.instance);
    for (let sent = 0; sent < 6; sent++) {
      expect((await send(destination, atOne)).lease.origin).toBe(three.instance.origin);
    }
    discovery.tell(one.instance);
    expect((await send(destination, atOne)).lease.origin).toBe(one.instance.origin);
  });

  it('closes connections to an instance that is gone once its requests are done, those not yet sent as well', async () => {
    const [leaving, other] = (await start(2)) as [LocalInstance, LocalInstance];
    let finish = (): void => {};
    leaving.answer = (_, response) => {
      finish = () => void response.end('done');
    };
    const discovery = new ToldDiscovery(leaving.instance);
    const { destination } = destinationOf(discovery, roundRobin());
    const underWay = send(destination);
    const lease = await destination.lease(ample());
    await until(() => leaving.requests === 1);

    discovery.tell(other.instance);
    expect((await send(destination)).lease.origin).toBe(other.instance.origin);
    finish();
    expect((await underWay).ok).toBe(true);
    const late = sendBy(lease);
    await until(() => leaving.requests === 2);
    finish();
    expect(await late).toBe(true);
    await until(() => leaving.connections === 0);
    expect(other.connections).toBe(1);
  });

  it('does not use a connection again that the other side asked to close', async () => {
    const [draining] = (await start(1)) as [LocalInstance];
    draining.answer = (_, response) => void response.setHeader('connection', 'close').end('bye');
    const { destination } = destinationOf(new ToldDiscovery(draining.instance), roundRobin());
    for (let sent = 0; sent < 5; sent++) expect((await send(destination)).ok).toBe(true);
    await until(() => draining.connections === 0);
  });

  it('takes an instance that is named twice for one, and leaves no connection to it behind', async () => {
    const [twice] = (await start(1)) as [LocalInstance];
    const discovery = new ToldDiscovery();
    const rule = roundRobin();
    const counts = new Set<number>();
    const noting: Balancer = {
      pick(candidates, chance) {
        counts.add(candidates.length);
        return rule.pick(candidates, chance);
      },
    };
    const { destination } = destinationOf(discovery, noting);
    const leases = new Set<Lease>();
    for (let time = 0; time < 5; time++) {
      discovery.tell(twice.instance, twice.instance);
      leases.add((await send(destination)).lease);
    }
    expect([counts, leases.size]).toEqual([new Set([1]), 1]);
    await destination.close();
    await until(() => twice.connections === 0);
  });

  const unreachable = { name: 'CallError', failure: { kind: 'unavailable', sent: false }, service: 'catalog' };

  it('says which service has no instance', () => {
    const { destination } = destinationOf(new ToldDiscovery(), roundRobin());
    const lease = async () => destination.lease(ample());
    return expect(lease()).rejects.toMatchObject({
      ...unreachable,
      message: 'catalog cannot be reached: no instance of catalog is registered',
    });
  });

  it.each<[string, () => Promise<never>]>([
    [
      'at once',
      () => {
        throw new Error('no such namespace');
      },
    ],
    ['later', () => Promise.reject(new Error('no such namespace'))],
  ])('cannot reach a service whose discovery fails %s', async (_, instances) => {
    const { destination } = destinationOf({ instances, doubt() {}, close() {} }, roundRobin());
    const lease = async () => destination.lease(ample());
    await expect(lease()).rejects.toMatchObject({
      ...unreachable,
      message: 'catalog cannot be reached: no such namespace',
    });
  });

  it.each([
    ['nothing', undefined],
    ['something else', { instance: { id: 'made up' } }],
  ])('says that a rule of its user returned %s', async (got, picked) => {
    const [one] = (await start(1)) as [LocalInstance];
    const { destination } = destinationOf(new ToldDiscovery(one.instance), { pick: () => picked as never });
    expect(() => destination.lease(ample())).toThrow(
      `client of catalog: pick of its balancer must return one of its candidates, got ${got}`,
    );
  });

  it('closes its discovery and its connections', async () => {
    const started = await start(2);
    const discovery = new ToldDiscovery(...started.map(({ instance }) => instance));
    const { destination } = destinationOf(discovery, roundRobin());
    await load(destination, 2, 1);
    await destination.close();
    expect(discovery.closed).toBe(true);
    await until(() => started.every(({ connections }) => connections === 0));
  });

  it('reports its connections and instances, in as many series however many instances there are', async () => {
    const gauges = new Map<string, () => number>();
    const metrics: Metrics = {
      ...noMetrics,
      gauge: (name, labels, read) => {
        const series = `${name} ${labels.dependency}`;
        gauges.set(series, read);
        return () => gauges.delete(series);
      },
    };
    const started = await start(3);
    const discovery = new ToldDiscovery(...started.map(({ instance }) => instance));
    const { destination } = destinationOf(discovery, availabilityFilter(roundRobin()), metrics);
    await load(destination, 3, 1);
    await started[0]!.kill();
    await load(destination, 15, 1);
    const values = Object.fromEntries([...gauges].map(([name, read]) => [name, read()]));
    expect(values).toEqual({
      'pool.connected catalog': 2,
      'pool.free catalog': 2,
      'pool.pending catalog': 0,
      'pool.running catalog': 0,
      'instances.known catalog': 3,
      'instances.ejected catalog': 1,
    });
    await destination.close();
    expect(gauges.size).toBe(0);
  });
});
