import { DiscoverInstancesCommand, type ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cloudMap,
  type DiscoveredInstance,
  type DiscoverInput,
} from '../../../../services/chassis/discovery/cloud-map.ts';
import type { Discovery } from '../../../../services/chassis/discovery/discovery.ts';
import type { RefreshProps } from '../../../../services/chassis/discovery/instance-list.ts';
import { Deadline } from '../../../../services/chassis/time/deadline.ts';
import { ManualClock } from '../manual-clock.ts';
import { testRuntime } from '../test-runtime.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const found = (id: string, address = `10.0.0.${id}`): DiscoveredInstance => ({
  InstanceId: id,
  Attributes: { AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: '8080', AVAILABILITY_ZONE: 'eu-west-1a' },
});

type Answer = readonly DiscoveredInstance[] | Error | 'nothing';

/** A list of a registry that answers as it is told, on a clock that stands still; it refreshes every 10 s, exactly. */
function listOf(first: Answer, times: RefreshProps = {}, random = () => 0.5) {
  const clock = new ManualClock();
  const runtime = testRuntime(clock);
  const registry = { answer: first, asked: [] as DiscoverInput[] };
  const discovery = cloudMap(
    {
      namespace: 'shop',
      service: 'catalog',
      periodMs: 10_000,
      ...times,
      discover: async (input) => {
        registry.asked.push(input);
        if (registry.answer instanceof Error) throw registry.answer;
        if (registry.answer === 'nothing') return new Promise(() => {});
        return { Instances: registry.answer };
      },
    },
    { ...runtime, random },
  );
  const pass = async (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds);
    await turn();
  };
  const known = async (waitMs = 1_000): Promise<string[]> =>
    (await discovery.instances(new Deadline(waitMs, clock))).map(({ id }) => id);
  const messages = (): unknown[] => runtime.lines.map(({ level, msg }) => `${level} ${msg}`);
  return { discovery, registry, clock, pass, known, messages };
}

describe('cloudMap', () => {
  it('reads what ECS registers, in the words of the SDK', async () => {
    const { discovery, registry, clock } = listOf([found('1')]);
    expect(await discovery.instances(new Deadline(100, clock))).toEqual([
      { id: '1', origin: 'http://10.0.0.1:8080', zone: 'eu-west-1a' },
    ]);
    expect(registry.asked).toEqual([
      { NamespaceName: 'shop', ServiceName: 'catalog', HealthStatus: 'HEALTHY_OR_ELSE_ALL', MaxResults: 1000 },
    ]);
    // Types only: the client of the SDK fits as it is.
    const fits = (sdk: ServiceDiscoveryClient): Discovery =>
      cloudMap(
        { namespace: 'shop', service: 'catalog', discover: (input) => sdk.send(new DiscoverInstancesCommand(input)) },
        testRuntime(),
      );
    expect(fits).toBeDefined();
  });

  it('passes over an instance without an address, and says what to do if none has one', async () => {
    const { pass, registry, known, messages } = listOf([{ InstanceId: '9' }, found('1')]);
    expect(await known()).toEqual(['1']);
    registry.answer = [{ InstanceId: '9', Attributes: { AWS_INSTANCE_IPV4: '10.0.0.9' } }];
    await pass(10_000);
    expect(await known()).toEqual(['1']);
    expect(messages()).toEqual([
      'warn the instances of catalog in Cloud Map namespace shop cannot be read, the last known stay: ' +
        'no instance has AWS_INSTANCE_IPV4 and AWS_INSTANCE_PORT; register the service with its container port',
    ]);
  });

  it('follows what is registered; unless that changes, the array stays the same, in whatever order they come', async () => {
    const { discovery, registry, clock, pass, known } = listOf([found('1'), found('2')]);
    await turn();
    const before = discovery.instances(new Deadline(100, clock));
    registry.answer = [found('2'), found('1')];
    await pass(10_000);
    expect(registry.asked).toHaveLength(2);
    expect(discovery.instances(new Deadline(100, clock))).toBe(before);
    registry.answer = [found('2'), found('3')];
    await pass(10_000);
    expect(await known()).toEqual(['2', '3']);
    registry.answer = [found('2'), found('3', '10.9.9.9')];
    await pass(10_000);
    expect(discovery.instances(new Deadline(100, clock))).toContainEqual(
      expect.objectContaining({ id: '3', origin: 'http://10.9.9.9:8080' }),
    );
  });

  it('spreads the questions of many callers over time', async () => {
    const spread = fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (drawn) => {
      const { clock, pass, registry } = listOf([found('1')], {}, () => drawn);
      await turn();
      await pass(7_999);
      expect(registry.asked).toHaveLength(1);
      await pass(4_001);
      expect(registry.asked).toHaveLength(2);
      expect(clock.pending).toBe(1);
    });
    await fc.assert(spread, { seed: 1, numRuns: 20 });
  });

  it('keeps what it knows while the registry is away, with one warning, and asks ever more rarely', async () => {
    const { registry, pass, known, messages } = listOf([found('1')]);
    await turn();
    registry.answer = new Error('getaddrinfo ENOTFOUND');
    await pass(10_000);
    const askedAt: number[] = [];
    for (let second = 1; second <= 40; second++) {
      const before = registry.asked.length;
      await pass(1_000);
      if (registry.asked.length > before) askedAt.push(second);
    }
    expect(askedAt).toEqual([1, 3, 7, 15, 25, 35]);
    expect(await known()).toEqual(['1']);
    registry.answer = [found('2')];
    await pass(10_000);
    expect(await known()).toEqual(['2']);
    expect(messages()).toEqual([
      'warn the instances of catalog in Cloud Map namespace shop cannot be read, the last known stay: getaddrinfo ENOTFOUND',
      'info the instances of catalog in Cloud Map namespace shop can be read again',
    ]);
  });

  it('gives up a question that is not answered', async () => {
    const { registry, pass, known } = listOf('nothing');
    registry.answer = [found('1')];
    await pass(5_000);
    await pass(1_000);
    expect(await known()).toEqual(['1']);
  });

  it('believes only the third answer in a row that names none', async () => {
    const { registry, pass, known } = listOf([found('1')]);
    await turn();
    registry.answer = [];
    await pass(10_000);
    await pass(1_000);
    expect(await known()).toEqual(['1']);
    registry.answer = [found('1')];
    await pass(1_000);
    registry.answer = [];
    await pass(10_000);
    await pass(1_000);
    expect(await known()).toEqual(['1']);
    await pass(1_000);
    expect(await known()).toEqual([]);
    registry.answer = [found('2')];
    await pass(10_000);
    expect(await known()).toEqual(['2']);
  });

  it('finds the first instance soon, however long there was none', async () => {
    const { registry, clock, pass, known } = listOf([], { periodMs: 15_000 });
    for (let second = 0; second < 60; second++) await pass(1_000);
    expect(await known()).toEqual([]);
    // One a second at first, one every two seconds then, and not more.
    expect(registry.asked.length).toBeLessThanOrEqual(32);
    registry.answer = [found('1')];
    const registeredAt = clock.elapsed();
    while ((await known()).length === 0) await pass(100);
    expect(clock.elapsed() - registeredAt).toBeLessThanOrEqual(2_000);
    const { length } = registry.asked;
    await pass(14_999);
    expect(registry.asked).toHaveLength(length);
  });

  it.each([
    [{ periodMs: Number.NaN }, 'periodMs must be more than 0 milliseconds, got NaN'],
    [{ soonMs: 0 }, 'soonMs must be more than 0 milliseconds, got 0'],
    [{ patienceMs: -1 }, 'patienceMs must be more than 0 milliseconds, got -1'],
  ])('refuses %o', (times, message) => {
    expect(() => listOf([], times)).toThrow(`catalog in Cloud Map namespace shop: ${message}`);
  });

  describe('before anything is known', () => {
    it('waits for a registry that is away, as long as the caller does', async () => {
      const { registry, clock, pass, discovery, known } = listOf(new Error('connect ECONNREFUSED'));
      const patient = known(5_000);
      const hasty = discovery.instances(new Deadline(500, clock));
      const cut = expect(hasty).rejects.toMatchObject({
        message: 'no instance of catalog in Cloud Map namespace shop is known: connect ECONNREFUSED',
      });
      await turn();
      await pass(500);
      await cut;
      registry.answer = [found('1')];
      await pass(500);
      expect(await patient).toEqual(['1']);
      // The question to come is all that is left: who no longer waits has left nothing behind.
      expect(clock.pending).toBe(1);
    });

    it('waits for the first instance, and then no longer for one that does not come', async () => {
      const { registry, pass, known } = listOf([]);
      const first = known(5_000);
      await turn();
      await pass(1_000);
      await pass(1_000);
      expect(await first).toEqual([]);
      registry.answer = [found('1')];
      await pass(10_000);
      expect(await known()).toEqual(['1']);
    });
  });

  describe('in doubt', () => {
    it('asks at once, but not more than once a second, however many fail', async () => {
      const { discovery, registry, pass } = listOf([found('1')]);
      await turn();
      await pass(5_000);
      for (let failures = 0; failures < 100; failures++) discovery.doubt();
      await pass(0);
      expect(registry.asked).toHaveLength(2);
      for (let step = 0; step < 30; step++) {
        discovery.doubt();
        await pass(100);
      }
      expect(registry.asked).toHaveLength(5);
    });

    it('leaves a registry that is away alone', async () => {
      const { discovery, registry, pass } = listOf(new Error('throttled'));
      await turn();
      for (let step = 0; step < 60; step++) {
        discovery.doubt();
        await pass(100);
      }
      expect(registry.asked).toHaveLength(3);
    });
  });

  it.each<[string, Answer]>([
    ['between questions', [found('1')]],
    ['while it waits for an answer', 'nothing'],
  ])('leaves nothing behind when it is closed %s', async (_, answer) => {
    const { discovery, registry, clock, pass } = listOf(answer);
    await turn();
    discovery.close();
    expect(clock.pending).toBe(0);
    discovery.doubt();
    await pass(60_000);
    expect(registry.asked).toHaveLength(1);
  });
});
