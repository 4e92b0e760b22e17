import { afterEach, describe, expect, it } from '@jest/globals';
import type { Balancer } from '../../../../services/chassis/balance/balancer.ts';
import { roundRobin } from '../../../../services/chassis/balance/round-robin.ts';
import { type Client, type ClientProps, client } from '../../../../services/chassis/client/client.ts';
import { MemoryConfig } from '../../../../services/chassis/config/memory-config.ts';
import { requestContext } from '../../../../services/chassis/context.ts';
import type { Discovery } from '../../../../services/chassis/discovery/discovery.ts';
import type { Instance } from '../../../../services/chassis/discovery/instance.ts';
import { noBreaker } from '../../../../services/chassis/policy/breaker.ts';
import { noRetry } from '../../../../services/chassis/policy/retry-budget.ts';
import { Service } from '../../../../services/chassis/process/service.ts';
import { chassisMetrics } from '../../../../services/chassis/telemetry/metric-table.ts';
import { MetricsRegistry } from '../../../../services/chassis/telemetry/metrics-registry.ts';
import { until } from '../../../until.ts';
import { exampleHandlers, exampleRoutes } from '../example-service.ts';
import { ManualClock } from '../manual-clock.ts';
import { type TestRuntime, testRuntime } from '../test-runtime.ts';
import { answering, type Behaviour, Callee, calleeRoutes, failing, hangingUp, slow, stalling, well } from './callee.ts';

type CalleeClient = Client<typeof calleeRoutes>;
type Own = Partial<Omit<ClientProps<typeof calleeRoutes>, 'routes'>>;

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function callee(behaviour?: Behaviour, port?: number): Promise<Callee> {
  const started = await Callee.start(behaviour, port);
  closing.push(() => started.kill());
  return started;
}

function calling({ runtime: over = testRuntime(), ...own }: Own & { runtime?: TestRuntime }, settings: unknown = {}) {
  const config = new MemoryConfig({ 'calls.callee': settings });
  const runtime = { ...over, config };
  const props = { service: 'callee', url: 'http://127.0.0.1:1', timeoutMs: 1_000, ...own };
  const calls: CalleeClient = client({ ...props, routes: calleeRoutes }, runtime);
  closing.push(() => calls[Symbol.asyncDispose]());
  const [dependency] = runtime.dependencies;
  const context = (timeoutMs = 2_000) => requestContext({}, timeoutMs, runtime);
  const get = (timeoutMs?: number) => calls.getThing({ params: { id: '1' } }, context(timeoutMs));
  return { calls, runtime, config, get, context, breaker: () => dependency!.breaker() };
}

/** Instances a test names, until it names others. */
class NamedInstances implements Discovery {
  #now: readonly Instance[] = [];

  constructor(...callees: readonly Callee[]) {
    this.name(...callees);
  }

  name(...callees: readonly Callee[]): void {
    this.#now = callees.map(({ url }) => ({ id: url, origin: url, zone: undefined }));
  }

  instances(): readonly Instance[] {
    return this.#now;
  }

  doubt(): void {}
  close(): void {}
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** Calls over and over, so many at once, until it is told to stop; says what failed. */
function load(call: () => Promise<unknown>, concurrency = 8) {
  let over = false;
  let made = 0;
  const failures: unknown[] = [];
  const caller = async (): Promise<void> => {
    while (!over) {
      made += 1;
      await call().catch((error) => failures.push(error));
      await turn();
    }
  };
  const callers = Array.from({ length: concurrency }, caller);
  const stop = async (): Promise<void> => {
    over = true;
    await Promise.all(callers);
  };
  closing.push(stop);
  return {
    failures,
    get made() {
      return made;
    },
    async madeMore(count: number): Promise<void> {
      const enough = made + count;
      while (made < enough) await turn();
    },
    stop,
  };
}

/** Milliseconds until a condition holds. */
async function timeUntil(condition: () => boolean): Promise<number> {
  const began = performance.now();
  await until(condition);
  return performance.now() - began;
}

/** Opens after a few failures, looks again after 30 ms. */
const hasty = { breaker: { windowMs: 1_000, minimumCalls: 5, openMs: 30, longestOpenMs: 60, probes: 1, probeMs: 50 } };

describe('a fallback', () => {
  it('is told of once a minute for each kind of reason, not for each call, and counted by it', async () => {
    const drifted = await callee(answering(200, '{"other":1}'));
    const clock = new ManualClock();
    const runtime = testRuntime(clock);
    const metrics = new MetricsRegistry({ table: chassisMetrics, log: runtime.log });
    const fallbacks = { getThing: { part: 'thing', value: () => ({ id: 'stand-in' }) } } as const;
    const picking: { pick: Balancer['pick'] } = roundRobin();
    const calls = client(
      {
        service: 'callee',
        timeoutMs: 1_000,
        routes: calleeRoutes,
        fallbacks,
        discovery: new NamedInstances(drifted),
        balancer: { pick: (candidates, chance) => picking.pick(candidates, chance) },
      },
      { ...runtime, metrics },
    );
    closing.push(() => calls[Symbol.asyncDispose]());
    const get = () => calls.getThing({ params: { id: '1' } }, requestContext({}, 1_000, runtime));
    const told = async () => {
      runtime.lines.length = 0;
      for (let call = 0; call < 3; call++) expect(await get()).toMatchObject({ kind: 'degraded' });
      return runtime.lines.map(({ level, msg, reason }) => `${level} ${msg}: ${reason}`);
    };
    expect(await told()).toEqual(['warn callee getThing: a fallback answers: malformed']);
    picking.pick = () => {
      throw new TypeError('a mistake');
    };
    expect(await told()).toEqual(['warn callee getThing: a fallback answers: other']);
    expect(await told()).toEqual([]);
    clock.advance(60_000);
    expect(await told()).toEqual(['warn callee getThing: a fallback answers: other']);
    const counted = metrics.read().find(({ name }) => name === 'call.degraded')!;
    expect(counted.series.map(({ labels, value }) => [labels.reason, value])).toEqual([
      ['malformed', 3],
      ['other', 9],
    ]);
  });
});

describe('a dependency that stalls', () => {
  it('is answered for within the deadline, by what says that it stands in', async () => {
    const stalled = await callee(stalling);
    const runtime = testRuntime();
    const fallbacks = { listThings: { part: 'things', value: () => ({ things: [] }) } } as const;
    const props = { service: 'callee', url: stalled.url, timeoutMs: 100, routes: calleeRoutes, fallbacks };
    const calls = client(props, runtime);
    closing.push(() => calls[Symbol.asyncDispose]());
    const began = performance.now();
    const answer = await calls.listThings({}, requestContext({}, 2_000, runtime));
    expect(answer).toMatchObject({ kind: 'degraded', part: 'things', value: { things: [] } });
    expect(performance.now() - began).toBeLessThan(500);

    stalled.behaviour = well;
    expect(await calls.listThings({}, requestContext({}, 2_000, runtime))).toMatchObject({ kind: 'whole' });
  });

  it('is not called any more, so that callers are told at once', async () => {
    const stalled = await callee(stalling);
    const { get, breaker } = calling(
      { url: stalled.url, timeoutMs: 40 },
      { breaker: { minimumCalls: 5, openMs: 10_000 } },
    );
    await Promise.allSettled(Array.from({ length: 5 }, () => get()));
    expect(breaker()).toBe('open');
    const seen = stalled.seen;
    await expect(get()).rejects.toMatchObject({
      status: 503,
      code: 'dependency-cut-off',
      failure: { kind: 'cut-off', retryAfterMs: expect.any(Number) },
    });
    expect(stalled.seen).toBe(seen);
  });

  it('goes on being called where the breaker is off: the control', async () => {
    const stalled = await callee(stalling);
    const { get } = calling({ url: stalled.url, timeoutMs: 40, policies: { breaker: noBreaker } }, hasty);
    await Promise.allSettled(Array.from({ length: 6 }, () => get()));
    await expect(get()).rejects.toMatchObject({ status: 504 });
    expect(stalled.seen).toBe(7);
  });

  it('says once that it is cut off and once that it is back, however many calls that concerns', async () => {
    const stalled = await callee(stalling);
    const { get, runtime, breaker } = calling({ url: stalled.url, timeoutMs: 30 }, hasty);
    const calls = load(get);
    await until(() => breaker() === 'open');
    await calls.madeMore(40);
    stalled.behaviour = well;
    await until(() => breaker() === 'closed');
    await calls.stop();
    expect(calls.failures.length).toBeGreaterThan(20);
    expect(runtime.lines).toMatchObject([
      { level: 'warn', dependency: 'callee', breaker: 'open' },
      { level: 'info', dependency: 'callee', breaker: 'closed' },
    ]);
  });
});

describe('a dependency that is back', () => {
  it.each(['stalled', 'was gone'])(
    'is called again within two seconds after it %s, as nobody has set anything',
    async (how) => {
      const one = await callee(how === 'stalled' ? stalling : well);
      const { port } = one;
      if (how === 'was gone') one.kill();
      const { get, breaker } = calling({ url: `http://127.0.0.1:${port}`, timeoutMs: 100 });
      const calls = load(get);
      await until(() => breaker() === 'open');
      await until(() => breaker() === 'half-open');
      await until(() => breaker() === 'open');
      if (how === 'was gone') await callee(well, port);
      else one.behaviour = well;
      expect(await timeUntil(() => breaker() === 'closed')).toBeLessThan(2_000);
      await calls.stop();
      expect(await get()).toMatchObject({ id: '1' });
    },
  );

  it('is called again within two seconds at another address', async () => {
    const old = await callee(well);
    const discovery = new NamedInstances(old);
    const { get, breaker } = calling({ discovery, timeoutMs: 100 });
    await get();
    old.kill();
    const calls = load(get);
    await until(() => breaker() === 'open');
    discovery.name(await callee(well));
    expect(await timeUntil(() => breaker() === 'closed')).toBeLessThan(2_000);
    await calls.stop();
    expect(await get()).toMatchObject({ id: '1' });
  });
});

describe('a dependency in trouble', () => {
  it('gets at most a tenth more requests than there are calls', async () => {
    const broken = await callee((response, request, seen) =>
      (seen % 3 === 0 ? hangingUp : well)(response, request, seen),
    );
    const retry = { reserve: 1, delayMs: 1 };
    const { get, config } = calling({ url: broken.url, policies: { breaker: noBreaker } }, { retry });
    for (let count = 0; count < 100; count++) await get().catch(() => undefined);
    expect(broken.seen).toBeGreaterThan(105);
    expect(broken.seen).toBeLessThanOrEqual(111);

    // The control: with a budget without bounds.
    broken.seen = 0;
    config.set('calls.callee', { retry: { ...retry, perCall: 1, reserve: 100 } });
    for (let count = 0; count < 100; count++) await get().catch(() => undefined);
    expect(broken.seen).toBeGreaterThan(120);
  });

  it('is sent nothing a second time that could happen twice', async () => {
    const broken = await callee(hangingUp);
    const { calls, context } = calling({ url: broken.url });
    await expect(calls.addThing({}, context())).rejects.toMatchObject({ code: 'dependency-unavailable' });
    expect(broken.seen).toBe(1);
    await expect(calls.orderThing({}, context())).rejects.toMatchObject({ code: 'dependency-unavailable' });
    expect(broken.seen).toBe(2);
  });

  it('is sent again what has a key that tells it is the same', async () => {
    const broken = await callee((response, request, seen) => (seen === 1 ? hangingUp : well)(response, request, seen));
    const { calls, context } = calling({ url: broken.url });
    expect(await calls.orderThing({ idempotencyKey: 'order-7' }, context())).toMatchObject({ id: '1' });
    expect(broken.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-7', 'order-7']);
  });

  it('does not take others with it: each has a breaker of its own', async () => {
    const [ill, sound] = [await callee(failing), await callee(well)];
    const settings = { breaker: { ...hasty.breaker, openMs: 60_000, longestOpenMs: 60_000 } };
    const one = calling({ url: ill.url }, settings);
    const other = calling({ url: sound.url }, settings);
    await Promise.allSettled(Array.from({ length: 8 }, () => one.get()));
    expect([one.breaker(), other.breaker()]).toEqual(['open', 'closed']);
    expect(await other.get()).toMatchObject({ id: '1' });
  });

  it('is not blamed for calls that found no room', async () => {
    const busy = await callee(slow(30));
    const settings = { ...hasty, bulkhead: { limit: 2, queue: 1 } };
    const { get, breaker } = calling({ url: busy.url }, settings);
    const ends = await Promise.allSettled(Array.from({ length: 40 }, () => get()));
    const failures = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason);
    expect(failures).toHaveLength(37);
    expect(failures.every(({ code }) => code === 'dependency-crowded')).toBe(true);
    expect(busy.seen).toBe(3);
    expect(breaker()).toBe('closed');
  });
});

describe('one of two instances', () => {
  it('may be killed without warning: no idempotent call fails', async () => {
    const [one, other] = [await callee(slow(3)), await callee(slow(3))];
    const { get } = calling({ discovery: new NamedInstances(one, other) });
    const calls = load(get);
    await until(() => one.seen > 20 && other.seen > 20);
    one.kill();
    const before = other.seen;
    await until(() => other.seen > before + 200);
    await calls.stop();
    expect(calls.failures).toEqual([]);
    expect(one.seen + other.seen).toBeLessThanOrEqual(calls.made * 1.1);
  });

  it('costs calls when it is killed and nothing is tried again: the control', async () => {
    const [one, other] = [await callee(slow(3)), await callee(slow(3))];
    const { get } = calling({ discovery: new NamedInstances(one, other), policies: { retry: noRetry } });
    const calls = load(get);
    await until(() => one.seen > 20 && other.seen > 20);
    one.kill();
    await calls.madeMore(100);
    await calls.stop();
    expect(calls.failures.length).toBeGreaterThan(0);
  });

  it('may be told to stop: no call fails, idempotent or not', async () => {
    const services = [1, 2].map(
      () =>
        new Service({
          settings: {
            service: 'callee',
            stage: 'test',
            port: 0,
            requestTimeoutMs: 1_000,
            keepAliveMs: 5_000,
            drainMs: 1_400,
          },
          routes: exampleRoutes,
          handlers: exampleHandlers(),
          runtime: testRuntime(),
        }),
    );
    const ports = await Promise.all(services.map((service) => service.listen('127.0.0.1')));
    closing.push(() => services[1]!.drain());
    const instances = ports.map((port) => ({ id: String(port), origin: `http://127.0.0.1:${port}`, zone: undefined }));
    let named = instances;
    const discovery: Discovery = { instances: () => named, doubt() {}, close() {} };
    const runtime = testRuntime();
    const props = { service: 'example', url: 'http://example', timeoutMs: 1_000, discovery, routes: exampleRoutes };
    const calls = client(props, runtime);
    closing.push(() => calls[Symbol.asyncDispose]());
    const post = () => calls.addThing({ body: { name: 'x' } }, requestContext({}, 2_000, runtime));
    const posting = load(post);
    await posting.madeMore(50);
    const drained = services[0]!.drain();
    await posting.madeMore(50);
    named = instances.slice(1);
    expect(await drained).toBe(0);
    await posting.madeMore(50);
    await posting.stop();
    expect(posting.failures).toEqual([]);
  });

  it('gets few calls while it is slow; half of them where nobody minds: the control', async () => {
    const share = async (own: Own): Promise<number> => {
      const [one, other] = [await callee(slow(2)), await callee(slow(2))];
      const { get } = calling({ discovery: new NamedInstances(one, other), ...own });
      const calls = load(get, 4);
      await until(() => one.seen > 20 && other.seen > 20);
      one.behaviour = slow(150);
      await calls.madeMore(40);
      const [seen, made] = [one.seen, calls.made];
      await calls.madeMore(80);
      await calls.stop();
      expect(calls.failures).toEqual([]);
      return (one.seen - seen) / (calls.made - made);
    };
    expect(await share({})).toBeLessThan(0.3);
    expect(await share({ balancer: roundRobin() })).toBeGreaterThan(0.4);
  });
});

describe('an answer that a request is wrong', () => {
  const missing = answering(404, '{"code":"not-found","status":404}');

  it('is an answer: few failures among many of them open nothing', async () => {
    const picky = await callee((response, request, seen) =>
      (seen % 25 === 0 ? failing : missing)(response, request, seen),
    );
    const { get, breaker } = calling({ url: picky.url }, { breaker: { minimumCalls: 2 } });
    for (let count = 0; count < 100; count++) await get().catch(() => undefined);
    expect([picky.seen, breaker()]).toEqual([100, 'closed']);
  });

  it('closes a breaker: what answers so is back', async () => {
    const ill = await callee(failing);
    const { get, breaker } = calling({ url: ill.url }, hasty);
    const calls = load(get);
    await until(() => breaker() === 'open');
    ill.behaviour = missing;
    await until(() => breaker() === 'closed');
    await calls.stop();
  });

  it('keeps an instance among those that are called', async () => {
    const picky = await callee((response, request, seen) =>
      (seen % 2 === 0 ? failing : missing)(response, request, seen),
    );
    const { get, runtime } = calling({ discovery: new NamedInstances(picky), policies: { breaker: noBreaker } });
    for (let count = 0; count < 20; count++) await get().catch(() => undefined);
    expect(runtime.lines).toEqual([]);
    picky.behaviour = failing;
    for (let count = 0; count < 5; count++) await get().catch(() => undefined);
    expect(runtime.lines).toMatchObject([{ msg: expect.stringContaining('left out') }]);
  });
});

describe('an instance that is given hardly any time', () => {
  const hurried = async (before: Behaviour) => {
    const late = await callee(before);
    const metrics = new MetricsRegistry({ table: chassisMetrics, log: testRuntime().log });
    const discovery = new NamedInstances(late);
    const { get, runtime } = calling({ discovery, timeoutMs: 1_000, runtime: { ...testRuntime(), metrics } });
    await get();
    late.behaviour = stalling;
    for (let count = 0; count < 8; count++) await get(200).catch(() => undefined);
    const failures = metrics.read().find(({ name }) => name === 'call.failures');
    return [runtime.lines.length, failures?.series.reduce((sum, { value }) => sum + (value as number), 0) ?? 0];
  };

  it('is not left out, nor are its calls failures, where it is known to need more', async () => {
    expect(await hurried(slow(400))).toEqual([0, 0]);
  });

  it('is left out where it used to need less: the control', async () => {
    const [lines, failures] = await hurried(well);
    expect(lines).toBeGreaterThan(0);
    expect(failures).toBeGreaterThan(4);
  });
});

describe('a caller that leaves', () => {
  it('stops its callee, and is held against nobody', async () => {
    const busy = await callee(stalling);
    const { calls, context, breaker } = calling({ url: busy.url }, hasty);
    const callers = Array.from({ length: 8 }, () => context());
    const made = callers.map((caller) => calls.getThing({ params: { id: '1' } }, caller));
    await until(() => busy.seen === 8);
    for (const caller of callers) caller.deadline.cancel();
    for (const call of made) await expect(call).rejects.toMatchObject({ code: 'caller-left' });
    await until(() => busy.left === 8);
    expect(breaker()).toBe('closed');
  });
});

describe('settings', () => {
  it('are followed while the service runs, and the last good ones stay', async () => {
    const ill = await callee(failing);
    const { get, breaker, config, runtime } = calling({ url: ill.url }, { breaker: { minimumCalls: 1_000 } });
    await Promise.allSettled(Array.from({ length: 30 }, () => get()));
    expect(breaker()).toBe('closed');
    config.set('calls.callee', { breaker: { minimumCalls: 'few' } });
    expect(runtime.lines).toMatchObject([
      { level: 'warn', msg: expect.stringContaining('calls.callee/breaker/minimumCalls') },
    ]);
    await get().catch(() => undefined);
    expect(breaker()).toBe('closed');
    config.set('calls.callee', { breaker: { minimumCalls: 10 } });
    await get().catch(() => undefined);
    expect(breaker()).toBe('open');
  });
});
