import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import type { Context } from '../../../../services/chassis/context.ts';
import { Problem } from '../../../../services/chassis/problem.ts';
import { defineRoutes, type Operations } from '../../../../services/chassis/route.ts';
import { Application } from '../../../../services/chassis/server/application.ts';
import type { Admission } from '../../../../services/chassis/server/shedding/admission.ts';
import type { Metrics } from '../../../../services/chassis/telemetry/metrics.ts';
import { exampleHandlers, exampleRoutes, stalled } from '../example-service.ts';
import { ManualClock } from '../manual-clock.ts';
import { countingIds, noMetrics, testRuntime } from '../test-runtime.ts';
import { type Injected, inject } from './inject.ts';

function applicationWith(
  own: Partial<Operations<typeof exampleRoutes>> = {},
  clock = new ManualClock(),
  admission?: Admission,
  metrics = noMetrics,
) {
  const runtime = { ...testRuntime(clock, countingIds()), metrics };
  const application = new Application({
    service: 'example',
    routes: exampleRoutes,
    handlers: exampleHandlers(own),
    requestTimeoutMs: 1000,
    runtime,
    admission,
  });
  return { application, clock, lines: runtime.lines, config: runtime.config };
}

const json = { 'content-type': 'application/json' };

describe('an answer that cannot be written', () => {
  const broken = (problem: Problem): Problem =>
    Object.assign(problem, {
      document: () => {
        throw new Error('no document');
      },
    });

  it.each<[string, () => never]>([
    [
      'a problem that was not declared',
      () => {
        throw new Problem({ code: 'upstream', status: 0, title: 'x' });
      },
    ],
    [
      'a problem whose document throws',
      () => {
        throw broken(new Problem('conflict'));
      },
    ],
  ])('is a failure of the service: %s', async (_, getThing) => {
    const { application, lines } = applicationWith({ getThing: async () => getThing() });
    expect(await inject(application, { url: '/things/1' })).toMatchObject({ status: 500, json: { code: 'internal' } });
    expect(lines).toMatchObject([{ level: 'error', status: 500, error: { message: expect.any(String) } }]);
  });
});

describe('a body nested as deeply as its schema allows', () => {
  const List = Type.Cyclic({ List: Type.Object({ next: Type.Optional(Type.Ref('List')) }) }, 'List');
  const routes = defineRoutes({ put: { method: 'POST', path: '/lists', body: List } });
  const application = new Application({
    service: 'lists',
    routes,
    handlers: { put: async () => undefined },
    requestTimeoutMs: 1_000,
    runtime: testRuntime(),
  });
  const post = (depth: number) => {
    const body = `${'{"next":'.repeat(depth)}{}${'}'.repeat(depth)}`;
    return inject(application, { method: 'POST', url: '/lists', headers: json, body });
  };

  it('is the fault of who sends it if that is too deep', async () => {
    expect(await post(100)).toMatchObject({ status: 204 });
    expect(await post(13_000)).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
  });
});

describe('an application', () => {
  const { application } = applicationWith();

  it('gives a handler its input in the types the route declares', async () => {
    const answer = await inject(application, { url: '/things/7?big=true&tag=a&tag=b&unknown=1' });
    expect(answer).toMatchObject({ status: 200, json: { id: 7, big: true, tags: ['a', 'b'] } });
  });

  it('answers a created thing with the status the route declares', async () => {
    const answer = await inject(application, { method: 'POST', url: '/things', headers: json, body: '{"name":"x"}' });
    expect(answer).toMatchObject({ status: 201, json: { name: 'x' } });
  });

  it('answers 204 where there is nothing to say', async () => {
    const answer = await inject(application, { method: 'DELETE', url: '/things/a%20b' });
    expect(answer).toMatchObject({ status: 204, json: undefined });
    expect(answer.headers).not.toHaveProperty('content-type');
  });

  const post = (body: string | Uint8Array, headers: Injected['headers'] = json): Injected => ({
    method: 'POST',
    url: '/things',
    headers,
    body,
  });

  it.each<[string, Injected, number, string, string]>([
    ['a path nobody knows', { url: '/nothing' }, 404, 'no-route', ''],
    [
      'a method the path does not know',
      { method: 'PUT', url: '/things/1' },
      405,
      'method-not-allowed',
      'got PUT; the path answers GET, HEAD, DELETE',
    ],
    ['a thing that is not there', { url: '/things/404' }, 404, 'not-found', 'there is no thing 404'],
    ['a parameter of the wrong type', { url: '/things/seven' }, 400, 'invalid-request', 'params/id must be integer'],
    ['a parameter out of range', { url: '/things/0' }, 400, 'invalid-request', 'params/id must be >= 1'],
    ['a number in disguise', { url: '/things/0x10' }, 400, 'invalid-request', 'params/id must be integer'],
    ['a step up its path', { method: 'DELETE', url: '/things/..' }, 400, 'malformed-request', 'got .. as a segment'],
    [
      'one in disguise',
      { method: 'DELETE', url: '/things/%2E%2e' },
      400,
      'malformed-request',
      'got %2E%2e as a segment',
    ],
    ['broken percent encoding', { url: '/things/%E0%A4%A' }, 400, 'malformed-request', 'got %E0%A4%A in the path'],
    ['a query of the wrong type', { url: '/things/1?big=yes' }, 400, 'invalid-request', 'query/big must be boolean'],
    ['a query beyond its limit', { url: '/things/1?most=11' }, 400, 'invalid-request', 'query/most must be <= 10'],
    ['malformed JSON', post('{"name":'), 400, 'malformed-json', 'Unexpected end of JSON input'],
    ['a body in Latin-1', post(Buffer.from('{"name":"\u00e9"}', 'latin1')), 400, 'malformed-json', 'not UTF-8'],
    ['an empty body', post(''), 400, 'malformed-json', 'the body is empty; send JSON'],
    [
      'a body of the wrong shape',
      post('{"price":1.5}'),
      400,
      'invalid-request',
      'body must have required properties name; body/price must be integer',
    ],
    ['null for an object', post('null'), 400, 'invalid-request', 'body must be object'],
    [
      'a prototype in the body',
      post('{"name":"x","__proto__":{"admin":true}}'),
      400,
      'malformed-json',
      'a key named __proto__',
    ],
    [
      'a prototype in disguise',
      post('{"name":"x","\\u005f_proto__":{}}'),
      400,
      'malformed-json',
      'a key named __proto__',
    ],
    [
      'a body too large',
      post(`{"name":"${'x'.repeat(300)}"}`),
      413,
      'body-too-large',
      'the body is larger than 200 bytes; send less',
    ],
    [
      'a body announced too large',
      post('{}', { ...json, 'content-length': '1000000' }),
      413,
      'body-too-large',
      'larger than 200',
    ],
    [
      'a form',
      post('name=x', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported-media-type',
      'got content-type application/x-www-form-urlencoded; send application/json',
    ],
    ['no content type', post('{"name":"x"}', {}), 415, 'unsupported-media-type', 'got content-type (none)'],
    [
      'another charset',
      post('{"name":"x"}', { 'content-type': 'application/json; charset=utf-16' }),
      415,
      'unsupported-media-type',
      'utf-16',
    ],
    [
      'a compressed body',
      post('x', { ...json, 'content-encoding': 'gzip' }),
      415,
      'unsupported-media-type',
      'got content-encoding gzip',
    ],
  ])('answers %s with a problem', async (_, request, status, code, detail) => {
    const answer = await inject(application, request);
    expect(answer).toMatchObject({ status, json: { status, code, type: `urn:mosaic:problem:${code}` } });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json.detail ?? '').toContain(detail);
  });

  it('takes JSON by its other names', async () => {
    for (const type of ['application/json; charset=utf-8', 'application/merge-patch+json', 'Application/JSON']) {
      expect(await inject(application, post('{"name":"\\u00e9"}', { 'content-type': type }))).toMatchObject({
        status: 201,
      });
    }
  });

  it('takes the character that stands for what is no UTF-8, where it was sent', async () => {
    expect(await inject(application, post('{"name":"\u{fffd}"}'))).toMatchObject({ json: { name: '\u{fffd}' } });
  });

  it('says which methods there are', async () => {
    expect((await inject(application, { method: 'PUT', url: '/things' })).headers.allow).toBe('POST');
    const answer = await inject(application, { method: 'PUT', url: '/things/1' });
    expect(answer.headers.allow).toBe('GET, HEAD, DELETE');
  });

  it.each([199, 300, 404, 200.5])('refuses a route that calls %d a success', (status) => {
    const props = { service: 'x', requestTimeoutMs: 1, runtime: testRuntime(new ManualClock()) };
    const routes = { a: { method: 'GET', path: '/a', status } } as const;
    const application = () => new Application({ ...props, routes, handlers: { a: async () => undefined } });
    expect(application).toThrow(`GET /a: status must be from 200 to 299, got ${status}`);
  });
});

describe('a route whose success has no body', () => {
  it.each([204, 205])('cannot declare an answer: %d', (status) => {
    const props = { service: 'x', requestTimeoutMs: 1, runtime: testRuntime(new ManualClock()) };
    const routes = defineRoutes({ a: { method: 'GET', path: '/a', status, answer: Type.Object({}) } });
    const handlers: Operations<typeof routes> = { a: async () => ({}) };
    expect(() => new Application({ ...props, routes, handlers })).toThrow(
      `GET /a: an answer of status ${status} has no body; leave out answer, or choose another status`,
    );
  });
});

describe('a query', () => {
  const query = Type.Object({
    step: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2)])),
    mode: Type.Optional(Type.Union([Type.Boolean(), Type.Literal('auto')])),
    size: Type.Optional(Type.Enum([10, 20])),
    id: Type.Optional(Type.Union([Type.Integer(), Type.Array(Type.Integer())])),
    toString: Type.Optional(Type.String()),
  });
  const routes = defineRoutes({
    get: { method: 'GET', path: '/', query, answer: Type.Object({ got: Type.Unknown() }) },
  });
  const handlers: Operations<typeof routes> = { get: async ({ query }) => ({ got: query }) };
  const props = { service: 'x', requestTimeoutMs: 1_000, runtime: testRuntime(new ManualClock()) };
  const application = new Application({ ...props, routes, handlers });

  it.each([
    ['', {}],
    ['?step=2&mode=true&size=20', { step: 2, mode: true, size: 20 }],
    ['?mode=auto&id=1', { mode: 'auto', id: 1 }],
    ['?toString=a', { toString: 'a' }],
  ])('is read by the variant it matches: %s', async (search, got) => {
    expect(await inject(application, { url: `/${search}` })).toMatchObject({ status: 200, json: { got } });
  });

  it.each(['?step=3', '?mode=on', '?size=11', '?id=x'])('that matches none is refused: %s', async (search) => {
    expect(await inject(application, { url: `/${search}` })).toMatchObject({ json: { code: 'invalid-request' } });
  });
});

describe('a failing handler', () => {
  it('becomes a 500 that tells the caller nothing and the log everything', async () => {
    const getThing = async (): Promise<never> => {
      throw new Error('password is hunter2');
    };
    const { application, lines } = applicationWith({ getThing });
    const answer = await inject(application, { url: '/things/1' });
    expect(answer).toMatchObject({ status: 500, json: { code: 'internal' } });
    expect(JSON.stringify(answer.json)).not.toContain('hunter2');
    expect(lines).toMatchObject([{ level: 'error', status: 500, error: { message: 'password is hunter2' } }]);
  });

  it('becomes a 500 if it answers what the route does not declare', async () => {
    const { application, lines } = applicationWith({ getThing: async () => ({ id: 1 }) as never });
    expect(await inject(application, { url: '/things/1' })).toMatchObject({ status: 500 });
    expect(lines).toMatchObject([{ error: { message: expect.stringContaining('must have required properties big') } }]);
  });
});

describe('a deadline', () => {
  it('ends a request that takes longer than the service allows', async () => {
    const { application, clock } = applicationWith({ getThing: stalled });
    const answer = inject(application, { url: '/things/1' });
    await new Promise(setImmediate);
    clock.advance(1000);
    expect(await answer).toMatchObject({ status: 504, json: { code: 'deadline-exceeded' } });
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['shorter', '50', 50],
    ['longer', '60000', 1000],
    ['nonsense', 'soon', 1000],
  ])('of the caller that is %s leaves the smaller one', async (_, header, left) => {
    let remaining = 0;
    const getThing: Operations<typeof exampleRoutes>['getThing'] = async ({ params }, context) => {
      remaining = context.deadline.remaining();
      return { id: params.id, big: false, tags: [] };
    };
    const { application } = applicationWith({ getThing });
    await inject(application, { url: '/things/1', headers: { 'x-deadline-ms': header } });
    expect(remaining).toBe(left);
  });

  it('that is over already keeps the handler from starting, and is no failure of the service', async () => {
    let started = false;
    const getThing = async (): Promise<never> => {
      started = true;
      return stalled();
    };
    const measured: unknown[] = [];
    const metrics: Metrics = {
      ...noMetrics,
      histogram: (_, labels) => ({ record: () => measured.push(labels) }),
    };
    const { application, lines } = applicationWith({ getThing }, undefined, undefined, metrics);
    const answer = await inject(application, { url: '/things/1', headers: { 'x-deadline-ms': '0' } });
    expect(answer).toMatchObject({ status: 499, json: { code: 'caller-left' } });
    expect(answer.json.detail).toContain('the deadline of the request was over when it came');
    expect(started).toBe(false);
    expect(lines).toMatchObject([{ level: 'info', status: 499 }]);
    expect(measured).toEqual([{ route: 'getThing', status: '4xx' }]);
  });

  /** What is logged of a handler that fails so once its time is over. */
  async function loggedLate(fail: (context: Context) => unknown): Promise<Record<string, unknown>[]> {
    const over = Promise.withResolvers<void>();
    const getThing: Operations<typeof exampleRoutes>['getThing'] = async (_, context) => {
      await over.promise;
      throw fail(context);
    };
    const { application, clock, lines } = applicationWith({ getThing });
    const answer = inject(application, { url: '/things/1', headers: { 'x-correlation-id': 'click-1' } });
    await new Promise(setImmediate);
    clock.advance(1000);
    expect(await answer).toMatchObject({ status: 504 });
    over.resolve();
    await new Promise(setImmediate);
    return lines;
  }

  it('has its cause in the log, once the handler says what it was', async () => {
    expect(await loggedLate(() => new Error('the pool is empty'))).toMatchObject([
      { level: 'error', status: 504 },
      {
        level: 'warn',
        msg: 'GET /things/{id} failed after its answer',
        route: '/things/{id}',
        correlationId: 'click-1',
        error: { message: 'the pool is empty' },
      },
    ]);
  });

  it.each<[string, (context: Context) => unknown]>([
    ['the reason of its signal', ({ deadline }) => deadline.signal.reason],
    ['that the caller left', () => new Problem('caller-left')],
  ])('has no cause in an error that only says it is over: %s', async (_, fail) => {
    expect(await loggedLate(fail)).toMatchObject([{ level: 'error', status: 504 }]);
  });

  it('is over when the caller leaves', async () => {
    let signal: AbortSignal | undefined;
    let leave = (): void => {};
    const getThing: Operations<typeof exampleRoutes>['getThing'] = (_, context) => {
      signal = context.deadline.signal;
      return stalled();
    };
    const { application, lines } = applicationWith({ getThing });
    const answer = inject(application, {
      url: '/things/1',
      whileWaiting: (left) => {
        leave = left;
      },
    });
    await new Promise(setImmediate);
    leave();
    expect(await answer).toMatchObject({ status: 499 });
    expect(signal?.aborted).toBe(true);
    expect(lines).toMatchObject([{ level: 'info', status: 499, problem: 'caller-left' }]);
  });
});

describe('what counts as late', () => {
  /** What the admission is told of one request: how it left, or that it never came in. */
  async function told(
    own: Partial<Operations<typeof exampleRoutes>>,
    deadline?: string,
    status = 504,
  ): Promise<unknown[]> {
    const calls: unknown[] = [];
    const clock = new ManualClock();
    const admission: Admission = {
      admits: () => true,
      entered: () => calls.push('entered'),
      left: (late) => calls.push(late),
      retryAfterMs: 1,
    };
    const { application } = applicationWith(own, clock, admission);
    const headers = deadline === undefined ? {} : { 'x-deadline-ms': deadline };
    const answer = inject(application, { url: '/things/1', headers });
    await new Promise(setImmediate);
    clock.advance(1_000);
    expect((await answer).status).toBe(status);
    return calls;
  }

  const dependencyIsLate = async (): Promise<never> => {
    throw new Problem('dependency-timeout');
  };

  it('is a request that took all the time the service gives it', async () => {
    expect(await told({ getThing: stalled })).toEqual(['entered', true]);
  });

  it.each([
    ['one whose caller gave it less', stalled, '999', ['entered', false]],
    ['one whose dependency was late', dependencyIsLate, undefined, ['entered', false]],
  ])('is not %s', async (_, getThing, deadline, calls) => {
    expect(await told({ getThing }, deadline)).toEqual(calls);
  });

  it('is not one whose caller gave it nothing, which does not even come in', async () => {
    expect(await told({ getThing: stalled }, '0', 499)).toEqual([]);
  });
});

describe('an access line', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';

  it('is one per request and says whose it was', async () => {
    const { application, lines } = applicationWith();
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, 'x-correlation-id': 'click-1' };
    const answer = await inject(application, { url: '/things/7?big=true', headers });
    expect(answer.headers['x-correlation-id']).toBe('click-1');
    expect(lines).toEqual([
      {
        level: 'info',
        time: '2026-01-01T00:00:00.000Z',
        msg: 'GET /things/{id} 200',
        correlationId: 'click-1',
        traceId,
        spanId: '0000000000000001',
        method: 'GET',
        route: '/things/{id}',
        path: '/things/7',
        status: 200,
        ms: 0,
      },
    ]);
  });

  it('takes the trace id for a correlation id where the caller has none that can be trusted', async () => {
    const { application } = applicationWith();
    for (const headers of [{}, { 'x-correlation-id': 'a b' }, { 'x-correlation-id': 'x'.repeat(129) }]) {
      const answer = await inject(application, { url: '/things/7', headers });
      expect(answer.headers['x-correlation-id']).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  it('is left out of what went well and is not sampled, if the config says so, while running', async () => {
    const { application, lines, config } = applicationWith();
    const caller = (flags: string) => ({ traceparent: `00-${traceId}-b7ad6b7169203331-${flags}` });
    const ask = (url: string, flags: string) => inject(application, { url, headers: caller(flags) });
    await ask('/things/1', '00');
    config.set('log.requests', 'sampled');
    await ask('/things/2', '00');
    await ask('/things/3', '01');
    await ask('/things/404', '00');
    expect(lines.map(({ path }) => path)).toEqual(['/things/1', '/things/3', '/things/404']);
  });

  it.each([
    ['a JWT', `/things/eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.c_-d`, 'aaaa'],
    ['a token', '/things/token=abc123', 'abc123'],
    ['an access key id', '/things/AKIAIOSFODNN7EXAMPLE', 'IOSFODNN7'],
  ])('has no secret of the path in it, whether the path is known or not: %s', async (_, path, secret) => {
    const { application, lines } = applicationWith();
    const statuses = [];
    for (const [method, url] of [['DELETE', path] as const, ['GET', `/nothing${path}`] as const]) {
      statuses.push((await inject(application, { method, url })).status);
    }
    expect(statuses).toEqual([204, 404]);
    expect(JSON.stringify(lines)).not.toContain(secret);
    expect(lines.map(({ path }) => path)).toEqual([
      expect.stringContaining('[redacted]'),
      expect.stringContaining('[redacted]'),
    ]);
  });

  it.each(['/things/', '/nothing/'])('cuts a path that goes on and on: %s', async (start) => {
    const { application, lines } = applicationWith();
    await inject(application, { method: 'DELETE', url: `${start}${'x'.repeat(15_000)}` });
    expect(JSON.stringify(lines).length).toBeLessThan(5_000);
  });

  it('is not written for the machinery', async () => {
    const { application, lines } = applicationWith();
    for (const url of ['/health', '/ready', '/openapi.json']) {
      expect(await inject(application, { url })).toMatchObject({ status: 200 });
    }
    expect(lines).toEqual([]);
  });
});

describe('while draining', () => {
  it('is alive but not ready, serves, and asks callers not to come back on this connection', async () => {
    const { application } = applicationWith();
    const before = await inject(application, { url: '/things/1' });
    expect(before.headers).not.toHaveProperty('connection');

    application.drain();
    expect(await inject(application, { url: '/health' })).toMatchObject({ status: 200 });
    expect(await inject(application, { url: '/ready' })).toMatchObject({ status: 503, json: { code: 'draining' } });
    const after = await inject(application, { url: '/things/1' });
    expect(after).toMatchObject({ status: 200, headers: { connection: 'close' } });
  });
});
