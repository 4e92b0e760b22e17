import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { HttpApiCors } from '../../../../system/resources/http-api.ts';
import type { HttpApiIntegration } from '../../../../system/resources/http-api-integration.ts';
import type { HttpApiRoute } from '../../../../system/resources/http-api-route.ts';
import type { HttpApiStage } from '../../../../system/resources/http-api-stage.ts';
import { type MappingStep, readMappingStep } from '../../../../system/resources/mapping-step.ts';
import { ReadySeats, reachableByName } from '../../../../twin/network/ready-seats.ts';
import { type Exchange, respond } from '../../../../twin/traffic/http/exchange.ts';
import { openForwarder } from '../../../../twin/traffic/http/forwarder.ts';
import { PortInUse } from '../../../../twin/traffic/http/port-in-use.ts';
import { type Backend, openHttpApi } from '../../../../twin/traffic/http-api/http-api.ts';
import { compileRoutes } from '../../../../twin/traffic/http-api/http-api-routes.ts';
import { discoveryBackend } from '../../../../twin/traffic/vpc-backend.ts';
import { atEnd, closeAll } from '../../at-end.ts';
import { ManualClock } from '../../manual-clock.ts';
import { MemoryNetwork } from '../../network/memory-network.ts';
import { service } from '../../network/small-network.ts';
import { resource } from '../../resource.ts';
import { serve } from '../../served.ts';

afterEach(closeAll);

const route = (routeKey: string, changes: Partial<HttpApiRoute> = {}): HttpApiRoute => ({
  api: 'Api',
  routeKey,
  integration: 'Main',
  authorization: 'NONE',
  ...changes,
});

const INTEGRATION: HttpApiIntegration = {
  api: 'Api',
  kind: 'HTTP_PROXY',
  uri: 'listener',
  method: 'ANY',
  vpcLink: 'link',
  timeoutMs: 30_000,
  mapping: [],
  refused: undefined,
};

const mapping = (parameters: Readonly<Record<string, string>>): MappingStep[] =>
  Object.entries(parameters).map(([key, value]) => readMappingStep(key, value) as MappingStep);

const STAGE: HttpApiStage = {
  api: 'Api',
  name: '$default',
  throttling: { burst: undefined, ratePerSecond: undefined },
  routeThrottling: {},
};

const CORS: HttpApiCors = {
  allowOrigins: ['https://shop.example'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['content-type'],
  exposeHeaders: ['x-total'],
  allowCredentials: false,
  maxAgeSeconds: 60,
};

interface Setup {
  readonly routes?: readonly HttpApiRoute[];
  readonly stages?: readonly Partial<HttpApiStage>[];
  readonly integration?: Partial<HttpApiIntegration>;
  readonly cors?: HttpApiCors;
  readonly backend?: Backend | string;
}

/** What an exchange looks like to the integration. */
const echo = ({ method, path, headers, client }: Exchange): string => JSON.stringify({ method, path, headers, client });

const backend = (handle: (exchange: Exchange) => void): Backend => ({
  client: '10.0.0.8',
  handle: (exchange) => {
    handle(exchange);
    return true;
  },
});

const ECHO = backend((exchange) => respond(exchange, 200, 'application/json', echo(exchange)));

const setUp = async (setup: Setup = {}) => {
  const clock = new ManualClock();
  const api = await openHttpApi({
    api: resource('Api', { cors: setup.cors }),
    stages: (setup.stages ?? [{}]).map((stage) => resource('Stage', { ...STAGE, ...stage })),
    routes: (setup.routes ?? [route('$default')]).map((data) => resource(data.routeKey, data)),
    integrations: [resource('Main', { ...INTEGRATION, ...setup.integration })],
    backend: () => setup.backend ?? ECHO,
    port: 0,
    clock,
  });
  atEnd(() => api.close());
  const port = api.real[1];
  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`, init);
  const seen = async (path: string, init?: RequestInit): Promise<ReturnType<typeof JSON.parse>> =>
    (await ask(path, init)).json();
  return { port, clock, ask, seen };
};

describe('route selection', () => {
  const select = (...keys: string[]) => {
    const find = compileRoutes(keys.map((key) => resource(key, route(key))));
    return (method: string, path: string) => {
      const match = find(method, path);
      return match && [match.route.ref, match.variables];
    };
  };

  it.each([
    ['GET', '/pets/dog/1', ['GET /pets/dog/1', {}]],
    ['GET', '/pets/dog/2', ['GET /pets/dog/{id}', { id: '2' }]],
    ['GET', '/pets/cat/1', ['GET /pets/{proxy+}', { proxy: 'cat/1' }]],
    ['POST', '/pets/dog/1', ['ANY /{proxy+}', { proxy: 'pets/dog/1' }]],
    ['GET', '/pets/a%20b/c', ['GET /pets/{proxy+}', { proxy: 'a b/c' }]],
    ['GET', '/pets', ['ANY /{proxy+}', { proxy: 'pets' }]],
    ['GET', '/', ['$default', {}]],
  ])('sends %s %s to the most specific route', (method, path, expected) => {
    const keys = ['$default', 'ANY /{proxy+}', 'GET /pets/{proxy+}', 'GET /pets/dog/{id}', 'GET /pets/dog/1'];
    expect(select(...keys)(method, path)).toEqual(expected);
  });

  it('prefers a method to ANY, and a whole match to a greedy one', () => {
    expect(select('ANY /pets', 'GET /pets')('GET', '/pets')?.[0]).toBe('GET /pets');
    expect(select('ANY /pets', 'GET /pets')('PUT', '/pets')?.[0]).toBe('ANY /pets');
    expect(select('GET /a/{proxy+}', 'GET /{id}/x')('GET', '/a/x')?.[0]).toBe('GET /{id}/x');
  });

  it('does not take /pets for /pets/{proxy+}', () => {
    expect(select('ANY /pets/{proxy+}')('GET', '/pets')).toBeUndefined();
    expect(select('ANY /pets/{proxy+}')('GET', '/pets/1')?.[0]).toBe('ANY /pets/{proxy+}');
  });
});

describe('HTTP API', () => {
  it('passes a request on with who asked, and answers with its id', async () => {
    const { ask, port } = await setUp();
    const answer = await ask('/products?sort=name', { method: 'PUT' });
    expect(answer.headers.get('apigw-requestid')).toMatch(/^[\w+/]{15}=$/);
    expect(await answer.json()).toMatchObject({
      method: 'PUT',
      path: '/products?sort=name',
      client: '10.0.0.8',
      headers: {
        host: `127.0.0.1:${port}`,
        forwarded: `by=127.0.0.1;for=127.0.0.1;host=127.0.0.1:${port};proto=http`,
        via: 'HTTP/1.1 AmazonAPIGateway',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
      },
    });
  });

  it('answers 404 where no route and where no stage is', async () => {
    const noRoute = await setUp({ routes: [route('GET /products')] });
    const answer = await noRoute.ask('/other');
    expect([answer.status, await answer.json()]).toEqual([404, { message: 'Not Found' }]);
    const noRoot = await setUp({ stages: [{ name: 'v1' }] });
    expect((await noRoot.ask('/products')).status).toBe(404);
    expect((await noRoot.ask('/v1/products')).status).toBe(200);
  });

  it('knows a named stage by its path, which the integration sees unless the path is overwritten', async () => {
    const stages = [{ name: 'v1' }, {}];
    const plain = await setUp({ stages, routes: [route('GET /products')] });
    expect((await plain.seen('/v1/products?a=1')).path).toBe('/v1/products?a=1');
    expect((await plain.seen('/products')).path).toBe('/products');
    const mapped = await setUp({
      stages,
      routes: [route('GET /products')],
      integration: { mapping: mapping({ 'overwrite:path': '$request.path' }) },
    });
    expect((await mapped.seen('/v1/products?a=1')).path).toBe('/products?a=1');
  });

  it('maps requests as the integration says', async () => {
    const { seen } = await setUp({
      routes: [route('GET /products/{id}')],
      integration: {
        method: 'POST',
        mapping: mapping({
          // biome-ignore lint/suspicious/noTemplateCurlyInString: it is API Gateway that fills it in
          'overwrite:path': '/items/${request.path.id}/${request.header.x-kind}',
          'overwrite:header.x-request-id': '$context.requestId',
          'append:header.x-kind': 'more',
          'remove:header.x-secret': "''",
          'overwrite:querystring.who': '$context.identity.sourceIp',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: it is API Gateway that fills it in
          'append:querystring.a': '${request.querystring.a}!',
          'remove:querystring.b': "''",
        }),
      },
    });
    const result = await seen('/products/a%20b?a=1&b=2', { headers: { 'x-kind': 'toy', 'x-secret': 's' } });
    expect(result).toMatchObject({
      method: 'POST',
      path: '/items/a%20b/toy?a=1&who=127.0.0.1&a=1%21',
      headers: { 'x-request-id': expect.stringMatching(/=$/), 'x-kind': 'toy,more' },
    });
    expect(result.headers['x-secret']).toBeUndefined();
  });

  it('answers 503 when the integration is late or out of reach', async () => {
    const late = await setUp({ integration: { timeoutMs: 30 }, backend: backend(() => {}) });
    const answer = await late.ask('/');
    expect([answer.status, await answer.json()]).toEqual([503, { message: 'Service Unavailable' }]);
    const walled = await setUp({ backend: { client: '10.0.0.8', handle: () => false } });
    expect((await walled.ask('/')).status).toBe(503);
  });

  it('does not wait for a server once its time is over', async () => {
    let gone = false;
    const [host, port] = await serve((_, response) => response.once('close', () => (gone = true)));
    const forwarder = openForwarder({ connectTimeoutMs: 1_000, keepAliveMs: 1_000 });
    atEnd(() => forwarder.close());
    const slow = backend((exchange) =>
      forwarder.forward(exchange, { host, port, localAddress: undefined }, 0, () => {}),
    );
    const { ask } = await setUp({ integration: { timeoutMs: 500 }, backend: slow });
    expect((await ask('/')).status).toBe(503);
    while (!gone) await new Promise((resolve) => setTimeout(resolve, 2));
  });

  it('limits how many requests a route takes, by the stage and by the route', async () => {
    const { ask, clock } = await setUp({
      routes: [route('GET /a'), route('GET /b')],
      stages: [
        {
          throttling: { ratePerSecond: 1, burst: 2 },
          routeThrottling: { 'GET /b': { ratePerSecond: 1, burst: 1 } },
        },
      ],
    });
    const statuses = async (path: string, times: number): Promise<number[]> => {
      const all = [];
      for (let i = 0; i < times; i += 1) all.push((await ask(path)).status);
      return all;
    };
    expect(await statuses('/a', 3)).toEqual([200, 200, 429]);
    expect(await statuses('/b', 2)).toEqual([200, 429]);
    clock.advance(1_000);
    expect(await statuses('/a', 2)).toEqual([200, 429]);
    expect(await (await ask('/a')).json()).toEqual({ message: 'Too Many Requests' });
  });

  it('refuses a body over ten megabytes', async () => {
    const { port } = await setUp();
    const asked = request({ port, method: 'POST', headers: { 'content-length': 10 * 1024 * 1024 + 1 } });
    asked.on('error', () => {}).flushHeaders();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    asked.destroy();
    expect(answer.statusCode).toBe(413);
  });

  it.each(['JWT', 'AWS_IAM', 'CUSTOM'])('lets nobody through a route that %s guards, and says why', async (kind) => {
    let heard = 0;
    const { ask } = await setUp({
      routes: [route('GET /orders', { authorization: kind }), route('GET /products')],
      backend: backend((exchange) => {
        heard += 1;
        respond(exchange, 200, 'text/plain', 'in');
      }),
    });
    const answer = await ask('/orders', { headers: { authorization: 'Bearer x' } });
    expect([answer.status, await answer.json(), heard]).toEqual([
      501,
      { message: `GET /orders: the twin has no ${kind} authorizers, so it lets nobody in` },
      0,
    ]);
    expect([(await ask('/products')).status, heard]).toEqual([200, 1]);
  });

  it('says so where an integration leads out of this machine or asks for what it cannot do', async () => {
    const outside = await setUp({ backend: 'it leads to https://example.com, and nothing leaves this machine' });
    expect(await (await outside.ask('/')).json()).toEqual({
      message: '$default: it leads to https://example.com, and nothing leaves this machine',
    });
    const unknown = await setUp({ integration: { refused: 'it cannot map bodies' } });
    expect(await (await unknown.ask('/')).json()).toEqual({ message: '$default: it cannot map bodies' });
  });

  it('names itself and the way out when its port is taken', async () => {
    const { port } = await setUp();
    const again = openHttpApi({
      api: resource('Api', { cors: undefined }),
      stages: [],
      routes: [],
      integrations: [],
      backend: () => ECHO,
      port,
    });
    await expect(again).rejects.toThrow(PortInUse);
    await expect(again).rejects.toThrow(/^dev\/Edge\/Api: port \d+ is in use .* --port$/);
  });

  it('answers preflight requests itself and puts its CORS rules in place of the backend’s', async () => {
    const rude = backend((exchange) => {
      exchange.response.setHeader('x-total', '1');
      respond(exchange, 200, 'text/plain', 'ok', { 'access-control-allow-origin': '*', 'access-control-max-age': '9' });
    });
    const { ask } = await setUp({ cors: CORS, routes: [route('GET /products')], backend: rude });
    const origin = 'https://shop.example';
    const preflight = await ask('/products', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET,POST');

    const answer = await ask('/products', { headers: { origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-expose-headers')).toBe('x-total');
    expect(answer.headers.has('access-control-max-age')).toBe(false);

    const stranger = await ask('/products', { headers: { origin: 'https://evil.example' } });
    expect(stranger.headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('integration with a Cloud Map service', () => {
  it('gives each healthy task its turn, and nothing where groups do not let the link in', async () => {
    const network = new MemoryNetwork();
    const link = network.join({ id: 'link', name: 'link', path: 'link', groups: [], vpcAddress: '10.0.0.8' });
    const seats = new ReadySeats(reachableByName);
    const forwarder = openForwarder({ connectTimeoutMs: 1_000, keepAliveMs: 1_000 });
    atEnd(() => forwarder.close());
    for (const name of ['a', 'b', 'c']) {
      const seat = await network.seat(service('shop'), name);
      seat.places.set(8080, await serve((_, response) => response.end(name)));
      seats.add(seat);
      if (name !== 'c') seat.run();
    }
    const { ask } = await setUp({ backend: discoveryBackend({ network, link, seats, portOf: () => 8080, forwarder }) });
    const answers = [];
    for (let i = 0; i < 4; i += 1) answers.push(await (await ask('/')).text());
    expect(answers).toEqual(['a', 'b', 'a', 'b']);

    const walled = network.join({ id: 'x', name: 'walled', path: 'x', groups: [], vpcAddress: undefined });
    network.denied.add('walled shop:8080');
    const none = await setUp({
      backend: discoveryBackend({ network, link: walled, seats, portOf: () => 8080, forwarder }),
    });
    expect((await none.ask('/')).status).toBe(503);
    expect(network.denials).toEqual(['walled shop:8080']);
  });
});
