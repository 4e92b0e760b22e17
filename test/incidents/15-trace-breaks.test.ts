import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ProductStore } from '../../services/catalog/product-store.ts';
import { firstProducts } from '../../services/catalog/products.ts';
import { catalogHandlers, catalogRoutes } from '../../services/catalog/routes.ts';
import { MemoryConfig } from '../../services/chassis/config/memory-config.ts';
import { Service } from '../../services/chassis/process/service.ts';
import { serviceRuntime } from '../../services/chassis/process/service-runtime.ts';
import type { Operations, Routes } from '../../services/chassis/route.ts';
import type { Runtime } from '../../services/chassis/runtime.ts';
import { systemClock } from '../../services/chassis/time/clock.ts';
import { catalogClient } from '../../services/web-bff/catalog-client.ts';
import { webHandlers, webRoutes } from '../../services/web-bff/routes.ts';
import { synthesized } from '../rehearsal.ts';
import { type LogLine, RehearsedShop } from '../rehearsed-shop.ts';
import { OtlpReceiver, type ReceivedSpan } from '../services/chassis/telemetry/otlp-receiver.ts';
import { until } from '../until.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const TRACEPARENT = { traceparent: `00-${TRACE}-${SPAN}-01` };

describe('15 the trace of a request, in the log of the services as they are bundled', () => {
  let shop: RehearsedShop;
  afterAll(() => shop?.down());

  /** Asks for a view, and gives what either service has written for it: one line, and one for each of its two calls. */
  async function linesOfView(headers: Record<string, string>) {
    const before = { bff: (await linesOf('web-bff')).length, catalog: (await linesOf('catalog')).length };
    expect((await fetch(`${shop.url}/web/products/oak-bookshelf`, { headers })).status).toBe(200);
    return until(
      async () => ({
        bff: (await linesOf('web-bff')).slice(before.bff),
        catalog: (await linesOf('catalog')).slice(before.catalog),
      }),
      ({ bff, catalog }) => bff.length >= 1 && catalog.length >= 2,
    );
  }

  /** All lines but the metrics, which come when their time has come. */
  const linesOf = async (service: string): Promise<readonly LogLine[]> =>
    (await shop.lines(service)).filter(({ _aws }) => _aws === undefined);

  const traces = ({ bff, catalog }: { bff: LogLine[]; catalog: LogLine[] }) =>
    new Set([...bff, ...catalog].map(({ traceId }) => traceId));

  describe('through the shop', () => {
    beforeAll(async () => {
      shop = await RehearsedShop.start('dev');
    });
    afterAll(() => shop?.down());

    it.each([
      ['W3C says it', TRACEPARENT],
      ['X-Ray says it', { 'x-amzn-trace-id': `Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)};Sampled=1` }],
    ])('is the caller’s, on every line, where %s', async (_, headers) => {
      expect(traces(await linesOfView(headers))).toEqual(new Set([TRACE]));
    });

    it('is one that the edge began, and another for each request, where the caller says nothing', async () => {
      const [one, other] = [traces(await linesOfView({})), traces(await linesOfView({}))];
      expect([...one, ...other]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]/)]);
      expect(one).not.toEqual(other);
    });
  });

  it('breaks where one of them does not hand it on', async () => {
    shop = await RehearsedShop.start('dev', withoutPropagation(await synthesized()));
    expect(traces(await linesOfView(TRACEPARENT)).size).toBeGreaterThan(1);
  });
});

/** Has the bundle of web-bff know the header by another name. */
function withoutPropagation(assembly: string): string {
  const bundles = readdirSync(assembly).filter((name) => existsSync(join(assembly, name, 'main.js')));
  const bundle = bundles.find((name) => !existsSync(join(assembly, name, 'seed.js')))!;
  const file = join(assembly, bundle, 'main.js');
  const text = readFileSync(file, 'utf8');
  const broken = text.replace('traceparent:"traceparent"', 'traceparent:"x-lost"');
  expect(broken).not.toBe(text);
  writeFileSync(file, broken);
  return assembly;
}

describe('15 the spans of a request', () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function collector() {
    const receiver = new OtlpReceiver();
    closing.push(() => receiver.stop());
    return { receiver, collector: await receiver.start() };
  }

  /** One of the shop's services; it tells the collector of every trace it begins. Gives its address. */
  async function started<T extends Routes>(
    name: string,
    collector: string,
    routes: T,
    handlers: (runtime: Runtime) => Operations<T>,
  ): Promise<string> {
    const config = new MemoryConfig({ 'trace.ratio': 1 });
    const made = serviceRuntime({ service: name, stage: 'test', clock: systemClock(), config, collector, write() {} });
    const times = { requestTimeoutMs: 5_000, keepAliveMs: 5_000, drainMs: 1 };
    const settings = { service: name, stage: 'test', port: 0, ...times };
    const service = new Service({ settings, routes, handlers: handlers(made.runtime), runtime: made.runtime });
    const port = await service.listen('127.0.0.1');
    closing.push(async () => {
      await service.drain();
      await made.close();
    });
    return `http://127.0.0.1:${port}`;
  }

  /** What DynamoDB would answer the catalog. */
  async function database(): Promise<void> {
    const item = ({ priceCents, ...texts }: (typeof firstProducts)[number]) => ({
      ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, { S: value }])),
      priceCents: { N: String(priceCents) },
    });
    const server = createServer((request, response) => {
      const isScan = request.headers['x-amz-target'] === 'DynamoDB_20120810.Scan';
      const answer = isScan ? { Items: firstProducts.map(item) } : { Item: item(firstProducts[0]!) };
      request.resume().on('end', () => response.end(JSON.stringify(answer)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const names = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const before = { ...process.env };
    Object.assign(process.env, { ...names, AWS_ENDPOINT_URL_DYNAMODB: url });
    closing.push(() => {
      process.env = before;
      server.close().closeAllConnections();
    });
  }

  const startedCatalog = async (collector: string): Promise<string> => {
    await database();
    const store = new ProductStore({ table: 'products', region: 'us-east-1', requestTimeoutMs: 5_000 });
    return started('catalog', collector, catalogRoutes, () => catalogHandlers(store));
  };

  /** One view makes seven spans: the view, two calls, what answers them, and what each asks of the database. */
  const SPANS = 7;

  const asked = async (url: string, receiver: OtlpReceiver, spans: number): Promise<readonly ReceivedSpan[]> => {
    const answer = await fetch(`${url}/web/products/${firstProducts[0]!.id}`, { headers: TRACEPARENT });
    expect(answer.status).toBe(200);
    return until(
      () => receiver.spans,
      ({ length }) => length >= spans,
    );
  };

  it('are one tree, from what the caller did down to the database', async () => {
    const { receiver, collector: to } = await collector();
    const catalog = await startedCatalog(to);
    const bff = await started('web-bff', to, webRoutes, (runtime) => {
      const calls = catalogClient({ service: 'catalog', url: catalog, timeoutMs: 2_000 }, runtime);
      closing.push(() => calls[Symbol.asyncDispose]());
      return webHandlers(calls);
    });
    const spans = await asked(bff, receiver, SPANS);
    expect(receiver.faults).toEqual([]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    const way = (path: string, operation: string): string =>
      [
        'web-bff server GET /web/products/{id}',
        `web-bff client GET ${path}`,
        `catalog server GET ${path}`,
        `catalog client DynamoDB ${operation}`,
      ].join(' > ');
    expect(branches(spans)).toEqual([way('/catalog/products', 'Scan'), way('/catalog/products/{id}', 'GetItem')]);
  });

  it('are several trees where a service calls on its own account', async () => {
    const { receiver, collector: to } = await collector();
    const catalog = await startedCatalog(to);
    const bff = await started('web-bff', to, webRoutes, () => ({
      async viewProduct({ params: { id } }) {
        const product = await (await fetch(`${catalog}/catalog/products/${id}`)).json();
        return {
          ...(product as { id: string; name: string; description: string }),
          price: '',
          related: [],
          degraded: [],
        };
      },
    }));
    const spans = await asked(bff, receiver, 3);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(2);
    expect(branches(spans)).not.toContainEqual(expect.stringMatching(/web-bff.*DynamoDB/));
  });
});

const KINDS = ['', 'internal', 'server', 'client'];

/** Each way from a span nobody here is the parent of down to one that has no children. */
function branches(spans: readonly ReceivedSpan[]): string[] {
  const known = new Map(spans.map((span) => [span.spanId, span]));
  const wayTo = (span: ReceivedSpan): string => {
    const service = (span.resource as Record<string, { stringValue: string }>)['service.name']!.stringValue;
    const name = `${service} ${KINDS[span.kind]} ${span.name}`;
    const parent = known.get(span.parentSpanId ?? '');
    if (parent) return `${wayTo(parent)} > ${name}`;
    return span.parentSpanId === SPAN ? name : `lost: ${name}`;
  };
  const parents = new Set(spans.map(({ parentSpanId }) => parentSpanId));
  return spans
    .filter(({ spanId }) => !parents.has(spanId))
    .map(wayTo)
    .sort();
}
