import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Tracer } from '@opentelemetry/api';
import { Type } from 'typebox';
import { fixedDestination } from '../../../../services/chassis/balance/fixed-destination.ts';
import { roundRobin } from '../../../../services/chassis/balance/round-robin.ts';
import { CallError } from '../../../../services/chassis/call-error.ts';
import { client } from '../../../../services/chassis/client/client.ts';
import { type Context, requestContext } from '../../../../services/chassis/context.ts';
import { fixedInstances } from '../../../../services/chassis/discovery/fixed-instances.ts';
import { noBreaker } from '../../../../services/chassis/policy/breaker.ts';
import { defineRoutes, type Operations } from '../../../../services/chassis/route.ts';
import type { ChassisSpan } from '../../../../services/chassis/telemetry/chassis-span.ts';
import { ChassisTracerProvider } from '../../../../services/chassis/telemetry/chassis-tracer.ts';
import { chassisMetrics } from '../../../../services/chassis/telemetry/metric-table.ts';
import { MetricsRegistry } from '../../../../services/chassis/telemetry/metrics-registry.ts';
import { prometheusText } from '../../../../services/chassis/telemetry/prometheus.ts';
import { exampleRoutes, stalled } from '../example-service.ts';
import { startExample } from '../running-service.ts';
import { testRuntime } from '../test-runtime.ts';
import { answering, type Behaviour, Callee, calleeRoutes, failing, first, hangingUp, slow, well } from './callee.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function clientOf(baseUrl: string, timeoutMs = 5_000) {
  const example = client({ service: 'example', routes: exampleRoutes, url: baseUrl, timeoutMs }, testRuntime());
  closing.push(() => example[Symbol.asyncDispose]());
  return example;
}

async function calling(own: Partial<Operations<typeof exampleRoutes>> = {}, timeoutMs?: number) {
  const { service, baseUrl } = await startExample(own, { requestTimeoutMs: 4_000, drainMs: 4_000 });
  const example = clientOf(baseUrl, timeoutMs);
  closing.push(() => service.drain());
  return example;
}

/** A server that isn't ours and answers as it likes. */
async function stranger(status: number, body: string): Promise<string> {
  const server: Server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const context = (timeoutMs = 10_000, headers = {}): Context => requestContext(headers, timeoutMs, testRuntime());
const one = { params: { id: 1 }, query: {} };

async function failureOf(call: Promise<unknown>): Promise<CallError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CallError);
  return error as CallError;
}

describe('client', () => {
  it('calls what the route declares, in the types it declares', async () => {
    const example = await calling();
    expect(await example.getThing({ params: { id: 7 }, query: { big: true, tag: ['a', 'b&c'] } }, context())).toEqual({
      id: 7,
      big: true,
      tags: ['a', 'b&c'],
    });
    expect(await example.addThing({ body: { name: 'é' } }, context())).toEqual({ name: 'é' });
    expect(await example.removeThing({ params: { id: 'a/b' } }, context())).toBeUndefined();
  });

  it('keeps the path of its base URL', async () => {
    const { service, baseUrl } = await startExample({}, { drainMs: 1, requestTimeoutMs: 1_000 });
    closing.push(() => service.drain());
    const error = await failureOf(clientOf(`${baseUrl}/v2/`).getThing(one, context()));
    expect(error.failure).toMatchObject({ status: 404, code: 'no-route' });
  });

  it('hands on trace, correlation id and what is left of the time', async () => {
    const seen: Context[] = [];
    const left: number[] = [];
    const getThing: Operations<typeof exampleRoutes>['getThing'] = async (_, callee) => {
      seen.push(callee);
      left.push(callee.deadline.remaining());
      return { id: 1, big: false, tags: [] };
    };
    const example = await calling({ getThing }, 800);
    const caller = context(10_000, { 'x-correlation-id': 'click-1' });
    await example.getThing(one, caller);
    await example.getThing(one, caller);
    await example.getThing(one, context(300));

    expect(seen[0]!.correlationId).toBe('click-1');
    const [first, second] = seen.map(({ span }) => span as ChassisSpan);
    expect(first!.traceId).toBe(caller.span.spanContext().traceId);
    const steps = [caller.span.spanContext().spanId, first!.parentSpanId, second!.parentSpanId];
    expect(new Set(steps).size).toBe(3);
    expect(left[0]).toBeGreaterThan(300);
    expect(left[0]).toBeLessThanOrEqual(800);
    expect(left[2]).toBeLessThanOrEqual(300);
  });

  it('fails in time if there is no answer, and stops the callee', async () => {
    const stopped = Promise.withResolvers<string>();
    const example = await calling(
      {
        getThing(_, { deadline }) {
          deadline.whenOver(stopped.resolve);
          return stalled();
        },
      },
      100,
    );
    const error = await failureOf(example.getThing(one, context()));
    expect(error).toMatchObject({ status: 504, code: 'dependency-timeout', failure: { kind: 'timeout' } });
    expect(error.message).toBe('example did not answer in time');
    expect(['expired', 'cancelled']).toContain(await stopped.promise);
  });

  it('does not call when no time is left', async () => {
    let called = false;
    const example = await calling({
      async removeThing() {
        called = true;
        return undefined;
      },
    });
    const error = await failureOf(example.removeThing({ params: { id: 'x' } }, context(0)));
    expect(error.failure.kind).toBe('timeout');
    expect(called).toBe(false);
  });

  it('stops the callee when its own caller leaves', async () => {
    const stopped = Promise.withResolvers<string>();
    const entered = Promise.withResolvers<void>();
    const example = await calling({
      getThing(_, { deadline }) {
        deadline.whenOver(stopped.resolve);
        entered.resolve();
        return stalled();
      },
    });
    const caller = context();
    const call = example.getThing(one, caller);
    await entered.promise;
    caller.deadline.cancel();
    await expect(call).rejects.toMatchObject({ code: 'caller-left' });
    expect(await stopped.promise).toBe('cancelled');
  });

  it('tells that nobody is there', async () => {
    const error = await failureOf(clientOf('http://127.0.0.1:1').getThing(one, context()));
    expect(error).toMatchObject({ status: 502, code: 'dependency-unavailable', failure: { kind: 'unavailable' } });
    expect(error.message).toBe('example cannot be reached: ECONNREFUSED');
  });

  it('tells what the callee says against it', async () => {
    const error = await failureOf((await calling()).getThing({ ...one, params: { id: 404 } }, context()));
    expect(error).toMatchObject({ status: 502, failure: { kind: 'problem', status: 404, code: 'not-found' } });
    expect(error.message).toBe('example answered 404: there is no thing 404');
    expect(error.answered('not-found')).toBe(true);
  });

  it('tells what somebody says who does not speak our problems', async () => {
    const error = await failureOf(clientOf(await stranger(503, 'upstream connect error')).getThing(one, context()));
    expect(error.failure).toEqual({ kind: 'problem', status: 503, code: undefined });
  });

  it('takes a 504 of whoever stands between for what it is', async () => {
    const error = await failureOf(clientOf(await stranger(504, 'upstream request timeout')).getThing(one, context()));
    expect(error).toMatchObject({ status: 504, failure: { kind: 'timeout' } });
  });

  it.each([
    ['text', 'hello'],
    ['another shape', '{"id":"1"}'],
    ['nothing', ''],
  ])('refuses %s for an answer', async (_, body) => {
    const error = await failureOf(clientOf(await stranger(200, body)).getThing(one, context()));
    expect(error).toMatchObject({ code: 'dependency-failed', failure: { kind: 'malformed' } });
  });

  it('takes an answer that says more than it relies on', async () => {
    const baseUrl = await stranger(200, '{"id":1,"big":false,"tags":[],"new":"thing"}');
    expect(await clientOf(baseUrl).getThing(one, context())).toMatchObject({ id: 1 });
  });

  it('sends the version it changes, quoted as HTTP wants it', async () => {
    const routes = defineRoutes({ rename: { method: 'PUT', path: '/things/{id}', ifMatch: 'required' } });
    const callee = await Callee.start(answering(204, ''));
    closing.push(() => callee.kill());
    const calls = client({ service: 'callee', url: callee.url, timeoutMs: 1_000, routes }, testRuntime());
    closing.push(() => calls[Symbol.asyncDispose]());
    await calls.rename({ params: { id: 'a' }, ifMatch: 'v7' }, context());
    await calls.rename({ params: { id: 'a' }, ifMatch: '*' }, context());
    expect(callee.requests.map(({ headers }) => headers['if-match'])).toEqual(['"v7"', '*']);
  });

  it('says what is wrong with its input; nothing stands in for that, and nothing is left behind', async () => {
    const { tracer: made, ...rest } = testRuntime();
    const begun: string[] = [];
    const tracer: Tracer = {
      startActiveSpan: made.startActiveSpan,
      startSpan(name, ...more) {
        begun.push(name);
        return made.startSpan(name, ...more);
      },
    };
    const runtime = { ...rest, tracer };
    const fallbacks = { getThing: { part: 'thing', value: () => ({ id: 'stand-in' }) } } as const;
    const props = { service: 'callee', url: 'http://127.0.0.1:1', timeoutMs: 100, routes: calleeRoutes, fallbacks };
    const calls = client(props, runtime);
    closing.push(() => calls[Symbol.asyncDispose]());
    const caller = requestContext({}, 1_000, runtime);
    await expect(calls.getThing({ params: { id: '..' } }, caller)).rejects.toThrow(
      'callee getThing cannot be called like this: params/id must be text, and neither . nor .., got ".."',
    );
    expect([begun, runtime.dependencies.of('callee')!.load().inFlight]).toEqual([['request'], 0]);
    expect(await calls.getThing({ params: { id: '1' } }, caller)).toMatchObject({ kind: 'degraded' });
  });

  it('says what to pass if its URL names a service in Cloud Map', () => {
    const props = { service: 'catalog', url: 'cloudmap://mosaic-dev/catalog', timeoutMs: 1_000, routes: exampleRoutes };
    expect(() => client(props, testRuntime())).toThrow(
      'client of catalog: got cloudmap://mosaic-dev/catalog but no discovery to find its instances; pass discovery: ' +
        "cloudMap({ namespace: 'mosaic-dev', service: 'catalog', discover }, runtime)",
    );
  });

  it.each([
    [
      'an address without a scheme',
      { url: 'localhost:8071' },
      "client of stock: expected a URL such as http://catalog:8080, got 'localhost:8071'",
    ],
    [
      'no time',
      { url: 'http://stock', timeoutMs: -5 },
      'client of stock: timeoutMs must be more than 0 milliseconds, got -5',
    ],
    ['nothing', {}, 'client of stock: got no url, discovery or destination; pass one'],
    [
      'a balancer with nothing to choose from',
      { url: 'http://stock', balancer: roundRobin() },
      'client of stock: got a balancer but no discovery to choose from; pass a discovery',
    ],
    [
      'two ways to go',
      {
        url: 'http://stock',
        destination: fixedDestination({ service: 'stock', baseUrl: 'http://stock' }, testRuntime()),
      },
      'client of stock: got a destination and url; pass one or the other',
    ],
  ])('says at once what is wrong where it is given %s', (_, own, message) => {
    const props = { service: 'stock', timeoutMs: 100, routes: exampleRoutes, ...own };
    expect(() => client(props, testRuntime())).toThrow(message);
  });

  it('says what is no address of an instance', () => {
    expect(() => fixedInstances(['localhost:8071'])).toThrow(
      "fixedInstances: expected a URL such as http://catalog:8080, got 'localhost:8071'",
    );
  });

  it('shares one breaker with all clients of its service, and goes on when another is closed', async () => {
    const callee = await Callee.start(failing);
    closing.push(() => callee.kill());
    const runtime = testRuntime();
    const make = (timeoutMs: number) =>
      client({ service: 'callee', url: callee.url, timeoutMs, routes: calleeRoutes }, runtime);
    const [one, other] = [make(500), make(1_000)];
    closing.push(() => other[Symbol.asyncDispose]());
    for (let turn = 0; turn < 20; turn++) await failureOf(one.getThing({ params: { id: '1' } }, context()));
    expect((await failureOf(other.getThing({ params: { id: '1' } }, context()))).failure.kind).toBe('cut-off');
    expect([...runtime.dependencies]).toHaveLength(1);
    for (let turn = 0; turn < 2; turn++) await one[Symbol.asyncDispose]();
    expect(runtime.dependencies.available('callee')).toBe(false);
  });

  it('cannot have other policies than another client of its service', () => {
    const runtime = testRuntime();
    const props = { service: 'callee', url: 'http://callee', timeoutMs: 100, routes: calleeRoutes };
    client(props, runtime);
    expect(() => client({ ...props, policies: { breaker: noBreaker } }, runtime)).toThrow(
      'client of callee: got a breaker that another client of callee does not have; they share their policies, so pass ' +
        'the same to both or to neither',
    );
  });

  it('reads no more of an answer than its route allows', async () => {
    const url = await stranger(200, JSON.stringify({ id: 'x'.repeat(2_000) }));
    const routes = (answerLimit?: number) =>
      defineRoutes({
        get: {
          method: 'GET',
          path: '/',
          answer: Type.Object({ id: Type.String() }),
          ...(answerLimit && { answerLimit }),
        },
      });
    const calls = (limit?: number) => {
      const made = client({ service: 'callee', url, timeoutMs: 1_000, routes: routes(limit) }, testRuntime());
      closing.push(() => made[Symbol.asyncDispose]());
      return made;
    };
    expect(await calls().get({}, context())).toHaveProperty('id');
    const error = await failureOf(calls(1_000).get({}, context()));
    expect(error.failure.kind).toBe('malformed');
    expect(error.message).toBe(
      'callee answered with more than 1000 bytes; raise the answerLimit of the route if that is expected',
    );
  });

  it.each([
    ['text of a proxy', () => stranger(503, 'no healthy upstream 10.0.3.7'), 'example cannot be reached'],
    [
      'what the callee says',
      () => stranger(500, '{"detail":"table secrets is locked"}'),
      'example answered with a problem',
    ],
    ['a broken address', async () => 'http://127.0.0.1:1', 'example cannot be reached'],
  ])('tells its own callers the service and the kind of failure, not %s', async (_, url, detail) => {
    const error = await failureOf(clientOf(await url()).getThing(one, context()));
    expect(error.document().detail).toBe(detail);
    expect(error.message.length).toBeGreaterThan(detail.length);
  });

  it('keeps the connection that a call waited for in vain', async () => {
    const callee = await Callee.start(first(1, slow(60), well));
    closing.push(() => callee.kill());
    const runtime = testRuntime();
    const destination = fixedDestination({ service: 'callee', baseUrl: callee.url, connections: 1 }, runtime);
    const props = { service: 'callee', timeoutMs: 1_000, routes: calleeRoutes, destination };
    const calls = client(props, runtime);
    closing.push(() => calls[Symbol.asyncDispose]());
    const get = (timeoutMs?: number) => calls.getThing({ params: { id: '1' } }, context(timeoutMs));
    const running = get();
    expect((await failureOf(get(20))).failure).toEqual({ kind: 'timeout', at: 'here' });
    await running;
    await get();
    expect(callee.seen).toBe(2);
    expect(new Set(callee.requests.map(({ socket }) => socket.remotePort)).size).toBe(1);
  });

  it('is known to its service as a dependency until it is closed', async () => {
    const runtime = testRuntime();
    const props = { service: 'example', url: 'http://127.0.0.1:1', timeoutMs: 100, routes: exampleRoutes };
    const calls = client(props, runtime);
    expect([...runtime.dependencies].map((one) => [one.service, one.breaker(), one.load()])).toEqual([
      ['example', 'closed', { inFlight: 0, waiting: 0 }],
    ]);
    await calls[Symbol.asyncDispose]();
    expect([...runtime.dependencies]).toEqual([]);
  });

  it('counts calls by how they end, and attempts beyond the first', async () => {
    const callee = await Callee.start(first(1, hangingUp, first(3, well, failing)));
    closing.push(() => callee.kill());
    const metrics = new MetricsRegistry({ table: chassisMetrics, log: testRuntime().log });
    const runtime = { ...testRuntime(), metrics };
    const calls = client({ service: 'callee', url: callee.url, timeoutMs: 1_000, routes: calleeRoutes }, runtime);
    closing.push(() => calls[Symbol.asyncDispose]());
    const get = () => calls.getThing({ params: { id: '1' } }, context());
    await get();
    await get();
    await failureOf(get());
    const text = prometheusText(metrics.read());
    expect(text).toMatch(/call_duration\w*_count\{dependency="callee",operation="getThing",outcome="success"\} 2/);
    expect(text).toMatch(/call_duration\w*_count\{dependency="callee",operation="getThing",outcome="failure"\} 1/);
    expect(text).toMatch(/call_retries\w*\{dependency="callee"\} 1/);
    expect(text).toMatch(/call_failures\w*\{dependency="callee",operation="getThing"\} 1/);
    expect(text).toMatch(/breaker_state\w*\{dependency="callee"\} 0/);
  });

  it('leaves a span for each call, which a failure makes known even where its trace is not sampled', async () => {
    const callee = await Callee.start(first(1, hangingUp, first(3, well, failing)));
    closing.push(() => callee.kill());
    const spans: ChassisSpan[] = [];
    const { clock, ids, ...rest } = testRuntime();
    const tracing = new ChassisTracerProvider({ clock, ids, ratio: { value: 0 }, sink: (span) => spans.push(span) });
    const runtime = { ...rest, clock, ids, tracer: tracing.getTracer('test') };
    const calls = client({ service: 'callee', url: callee.url, timeoutMs: 1_000, routes: calleeRoutes }, runtime);
    closing.push(() => calls[Symbol.asyncDispose]());
    const sampled = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await calls.getThing({ params: { id: '1' } }, requestContext({ traceparent: sampled }, 1_000, runtime));
    await calls.getThing({ params: { id: '1' } }, requestContext({}, 1_000, runtime));
    await failureOf(calls.getThing({ params: { id: '1' } }, requestContext({}, 1_000, runtime)));
    expect(spans).toMatchObject([
      {
        name: 'GET /things/{id}',
        traceId: 'a'.repeat(32),
        attributes: { 'peer.service': 'callee', 'http.response.status_code': 200, 'http.request.resend_count': 1 },
      },
      { name: 'GET /things/{id}', attributes: { 'http.response.status_code': 500 }, events: [{ name: 'exception' }] },
    ]);
  });
});

describe('a call that is made again', () => {
  async function attempts(behaviour: Behaviour, method: 'GET' | 'POST' = 'GET'): Promise<readonly [unknown, number]> {
    const callee = await Callee.start(behaviour);
    closing.push(() => callee.kill());
    const calls = client({ service: 'callee', url: callee.url, timeoutMs: 3_000, routes: calleeRoutes }, testRuntime());
    closing.push(() => calls[Symbol.asyncDispose]());
    const call = method === 'GET' ? calls.getThing({ params: { id: '1' } }, context()) : calls.addThing({}, context());
    const end = await call.then(
      () => 'answer',
      (error: CallError) => error.failure.kind,
    );
    return [end, callee.seen];
  }
  const proxySays = (reason: string): Behaviour =>
    first(1, answering(503, reason, { 'content-type': 'text/plain', server: 'envoy' }), well);
  const reset = 'upstream connect error or disconnect/reset before headers. reset reason: ';
  const problem = { 'content-type': 'application/problem+json' };

  it('is one whose connection broke after it was sent, also where a proxy in front says so', async () => {
    expect(await attempts(first(1, hangingUp, well))).toEqual(['answer', 2]);
    expect(await attempts(proxySays(`${reset}connection termination`))).toEqual(['answer', 2]);
  });

  it('is not one that a proxy in front could not connect, or that is no proxy', async () => {
    expect(await attempts(proxySays(`${reset}connection failure`))).toEqual(['unavailable', 1]);
    expect(await attempts(proxySays('no healthy upstream'))).toEqual(['unavailable', 1]);
    expect(await attempts(first(1, answering(503, '{"code":"overloaded"}', problem), well))).toEqual(['problem', 1]);
    expect(await attempts(first(1, failing, well))).toEqual(['problem', 1]);
  });

  it('is not one that might then happen twice', async () => {
    expect(await attempts(first(1, hangingUp, well), 'POST')).toEqual(['unavailable', 1]);
    expect(await attempts(proxySays(`${reset}connection termination`), 'POST')).toEqual(['unavailable', 1]);
  });

  it('is one that was asked to come back', async () => {
    const busy = answering(503, '{"code":"overloaded"}', { ...problem, 'retry-after': '0' });
    expect(await attempts(first(1, busy, well))).toEqual(['answer', 2]);
    const date = answering(429, '{}', { ...problem, 'retry-after': new Date(Date.now() - 1_000).toUTCString() });
    expect(await attempts(first(1, date, well))).toEqual(['answer', 2]);
  });

  it.each(['-1', '0.5', '1e0', 'soon'])('is not one whose Retry-After is %s', async (text) => {
    const busy = answering(503, '{"code":"overloaded"}', { ...problem, 'retry-after': text });
    expect(await attempts(first(1, busy, well))).toEqual(['problem', 1]);
  });

  it('goes to another instance if none of it was sent, whatever it does', async () => {
    const callee = await Callee.start(well);
    closing.push(() => callee.kill());
    const nobody = 'http://127.0.0.1:1';
    const own = { service: 'callee', url: nobody, timeoutMs: 1_000, routes: calleeRoutes };
    const calls = client(
      { ...own, discovery: fixedInstances([nobody, callee.url]), balancer: roundRobin() },
      testRuntime(),
    );
    const behindProxy = client(own, testRuntime());
    closing.push(
      () => calls[Symbol.asyncDispose](),
      () => behindProxy[Symbol.asyncDispose](),
    );
    for (let count = 0; count < 4; count++) expect(await calls.addThing({}, context())).toMatchObject({ id: '1' });
    expect(callee.seen).toBe(4);
    expect((await failureOf(behindProxy.addThing({}, context()))).failure).toEqual({
      kind: 'unavailable',
      sent: false,
    });
  });
});
