import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../rehearsal.ts';
import { until } from '../until.ts';

const example = join(import.meta.dirname, '..', '..', 'examples', 'chassis');
const run = promisify(execFile);

/** One of the example's services, as somebody who has just cloned it starts it. */
class Started {
  readonly #process: ChildProcess;
  readonly #listening: Promise<{ port: number; managementPort: number }>;
  readonly exitCode: Promise<number | null>;

  constructor(name: string, environment: Record<string, string>) {
    this.#process = spawn(process.execPath, [join(example, name, 'main.ts')], {
      env: { PORT: '0', MOSAIC_MANAGEMENT_PORT: '0', ...soon, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.exitCode = once(this.#process, 'close').then(([code]) => code);
    this.#listening = new Promise((resolve, reject) => {
      const lines = createInterface(this.#process.stdout!);
      lines.on('line', (line) => (line.includes('"listening on port') ? resolve(JSON.parse(line)) : undefined));
      lines.on('close', () => reject(new Error(`${name} ended before it listened`)));
    });
  }

  async url(): Promise<string> {
    return `http://127.0.0.1:${(await this.#listening).port}`;
  }

  async management(): Promise<string> {
    return `http://127.0.0.1:${(await this.#listening).managementPort}`;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }
}

/** Times that let it leave at once. */
const soon = { MOSAIC_REQUEST_TIMEOUT_MS: '5000', MOSAIC_DRAIN_MS: '5000' };

const ask = async (url: string, init: RequestInit = {}) => {
  const headers = { ...(init.body ? { 'content-type': 'application/json' } : {}), ...init.headers };
  const answer = await fetch(url, { ...init, headers });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return { status: answer.status, etag: answer.headers.get('etag'), body: isJson ? JSON.parse(text) : text };
};

const order = (url: string, key: string, body: object) =>
  ask(`${url}/orders`, { method: 'POST', headers: { 'idempotency-key': key }, body: JSON.stringify(body) });

const count = (url: string, left: number, headers: Record<string, string>) =>
  ask(url, { method: 'PUT', headers, body: JSON.stringify({ left }) });

async function listening(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface ToldSpan {
  readonly traceId: string;
  readonly name: string;
  readonly service: string;
}

describe('the example of the chassis alone', () => {
  const spans: ToldSpan[] = [];
  const bank = createServer((_, response) => response.end(`<Cube currency='USD' rate='1.25'/>`));
  const collector = createServer(async (request, response) => {
    const { resourceSpans } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    for (const { resource, scopeSpans } of resourceSpans) {
      const attributes = resource.attributes as { key: string; value: { stringValue: string } }[];
      const service = attributes.find(({ key }) => key === 'service.name')!.value.stringValue;
      for (const span of scopeSpans.flatMap((scope: { spans: ToldSpan[] }) => scope.spans)) {
        spans.push({ traceId: span.traceId, name: span.name, service });
      }
    }
    response.end('{}');
  });
  const config = join(temporaryFolder(), 'config.json');
  const configure = (values: object): void => writeFileSync(config, JSON.stringify(values));
  let telemetry: { OTEL_EXPORTER_OTLP_ENDPOINT: string };
  let stock: Started;
  let storefront: Started;
  let stockUrl: string;
  let url: string;
  let management: string;

  beforeAll(async () => {
    telemetry = { OTEL_EXPORTER_OTLP_ENDPOINT: await listening(collector) };
    configure({ 'trace.ratio': 1 });
    stock = new Started('stock', telemetry);
    stockUrl = await stock.url();
    storefront = new Started('storefront', {
      ...telemetry,
      BANK_URL: await listening(bank),
      CONFIG_FILE: config,
      // Nobody listens at the second: what a task that is gone looks like.
      STOCK_INSTANCES: `${stockUrl},http://127.0.0.1:1`,
    });
    url = await storefront.url();
    management = await storefront.management();
  });
  afterAll(() => {
    for (const service of [stock, storefront]) service?.signal('SIGKILL');
    for (const server of [bank, collector]) server.close();
  });

  it('composes an offer, and an instance that is gone costs none', async () => {
    for (let turn = 0; turn < 20; turn++) {
      expect(await ask(`${url}/offers/lamp`)).toMatchObject({
        status: 200,
        body: { name: 'Lamp', euros: 34.5, dollars: 43.13, availability: 'plenty', degraded: [] },
      });
    }
    expect((await ask(`${url}/offers/moon`)).status).toBe(404);
  });

  it('lets a level be changed only by who has seen it', async () => {
    const rug = `${stockUrl}/stock/rug`;
    const { etag } = await ask(rug);
    expect((await ask(rug, { headers: { 'if-none-match': etag! } })).status).toBe(304);
    expect((await count(rug, 9, {})).status).toBe(428);
    const changed = await count(rug, 9, { 'if-match': etag! });
    expect(changed).toMatchObject({ status: 200, body: { left: 9 } });
    expect(await count(rug, 7, { 'if-match': etag! })).toMatchObject({
      status: 412,
      body: { code: 'precondition-failed' },
    });
    expect(await ask(rug)).toMatchObject({ etag: changed.etag, body: { left: 9 } });
  });

  it('takes an order once for each key, however often it comes', async () => {
    const first = await order(url, 'order-1', { sku: 'chair', count: 2 });
    expect(first).toMatchObject({ status: 201, body: { sku: 'chair', count: 2, euros: 158 } });
    expect(await order(url, 'order-1', { sku: 'chair', count: 2 })).toEqual(first);
    expect((await ask(`${stockUrl}/stock/chair`)).body).toMatchObject({ left: 2 });
    expect(await order(url, 'order-1', { sku: 'lamp', count: 1 })).toMatchObject({ status: 409 });
    expect(await order(url, 'order-2', { sku: 'chair', count: 1 })).toMatchObject({ status: 201 });
    expect((await ask(`${stockUrl}/stock/chair`)).body).toMatchObject({ left: 1 });
    expect(await order(url, 'order-3', { sku: 'chair', count: 9 })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('1 are left') },
    });
  });

  it('sets what was counted by a one-off task', async () => {
    const stocktake = (counted: string) =>
      run(process.execPath, [join(example, 'stock', 'stocktake.ts')], {
        env: { STOCK_URL: stockUrl, COUNTED: counted },
      });
    expect((await stocktake('chair=5,lamp=6')).stdout).toContain('2 levels are as counted');
    expect((await ask(`${stockUrl}/stock/lamp`)).body).toMatchObject({ left: 6 });
    await expect(stocktake('chair')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining("COUNTED must be counts such as chair=4,lamp=2, got 'chair'"),
    });
  });

  it('tells operators on the management port, and nobody else', async () => {
    expect((await ask(`${management}/info`)).body).toMatchObject({ service: 'storefront', stage: 'example' });
    expect((await ask(`${management}/breakers`)).body.breakers).toMatchObject([
      { service: 'bank', state: 'closed' },
      { service: 'stock', state: 'closed' },
    ]);
    const metrics = (await ask(`${await stock.management()}/metrics`)).body;
    expect(metrics).toContain('stock_reservations_total{outcome="repeated"} 1');
    expect((await ask(`${url}/metrics`)).status).toBe(404);
  });

  it('describes itself', async () => {
    const { paths } = (await ask(`${stockUrl}/openapi.json`)).body;
    expect(Object.keys(paths)).toEqual(['/stock/{sku}', '/stock/{sku}/reservations']);
    const { parameters } = paths['/stock/{sku}/reservations'].post;
    expect(parameters).toContainEqual(expect.objectContaining({ name: 'Idempotency-Key', required: true }));
  });

  it('tells a collector of one trace through both services, with a span of its own', async () => {
    const inOneTrace = () =>
      spans.some(({ traceId, name }) => {
        const others = spans.filter((span) => span.traceId === traceId);
        return name === 'dollar rate' && others.some(({ service }) => service === 'stock');
      });
    await until(inOneTrace, Boolean);
  });

  it('goes by a config that is edited while it runs', async () => {
    const availability = async () => (await ask(`${url}/offers/lamp`)).body.availability;
    expect(await availability()).toBe('plenty');
    configure({ 'trace.ratio': 1, 'offers.few': 6 });
    await until(availability, (told) => told === 'few');
  });

  describe('without its stock', () => {
    beforeAll(async () => {
      stock.signal('SIGKILL');
      await stock.exitCode;
    });

    it('shows offers without what it cannot know, and takes no orders', async () => {
      expect(await ask(`${url}/offers/lamp`)).toMatchObject({
        status: 200,
        body: { name: 'Lamp', dollars: 43.13, availability: 'unknown', degraded: ['stock'] },
      });
      const { status, body } = await order(url, 'order-4', { sku: 'lamp', count: 1 });
      expect([status, body.code]).toEqual([502, 'dependency-unavailable']);
    });

    it('is not ready once its breaker is open, which the config decides', async () => {
      const readiness = async () => {
        await ask(`${url}/offers/lamp`);
        return ask(`${url}/ready`);
      };
      expect((await readiness()).status).toBe(200);
      configure({ 'calls.stock': { breaker: { minimumCalls: 2, windowMs: 10_000 } } });
      const { body } = await until(readiness, ({ status }) => status === 503);
      expect(body).toMatchObject({ code: 'dependency-not-ready', detail: 'the stock does not answer' });
    });

    it('is ready by itself when nobody has called for a while: somebody has to try', async () => {
      await until(
        () => ask(`${url}/ready`),
        ({ status }) => status === 200,
      );
    });

    it('is whole and ready again when the stock is back', async () => {
      stock = new Started('stock', { ...telemetry, PORT: new URL(stockUrl).port });
      await stock.url();
      await until(
        () => ask(`${url}/offers/lamp`),
        ({ body }) => body.degraded.length === 0,
      );
      expect((await ask(`${url}/ready`)).status).toBe(200);
    });
  });

  it('leaves when it is told to, without giving up a request', async () => {
    storefront.signal('SIGTERM');
    expect(await storefront.exitCode).toBe(0);
  });

  it('says which variable is wrong', async () => {
    const wrong = run(process.execPath, [join(example, 'storefront', 'main.ts')], { env: { STOCK_BALANCING: 'luck' } });
    await expect(wrong).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        "STOCK_BALANCING must be default, least-requests, random, response-time, round-robin, got 'luck'",
      ),
    });
  });

  it('has tests of its own, which pass', async () => {
    await run(process.execPath, ['--test', join(example, 'storefront', 'storefront.test.ts')], { env: {} });
  });
});
