// How such a service is tested: node --test examples/chassis/storefront/storefront.test.ts
import { deepEqual, equal } from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import {
  CallError,
  MemoryConfig,
  noAttemptTimeout,
  noBreaker,
  noBulkhead,
  noRetry,
  openDoor,
  portSetting,
  readSettings,
  rootContext,
  roundRobin,
  Service,
  serviceRuntime,
  serviceSettings,
  systemClock,
} from '../../../services/chassis/index.ts';
import { type StorefrontParts, storefrontHandlers, storefrontRoutes } from './routes.ts';
import { availability } from './rules.ts';
import { stockClient } from './stock-client.ts';

const times = { MOSAIC_REQUEST_TIMEOUT_MS: '1000', MOSAIC_DRAIN_MS: '1000' };
const environment = { MOSAIC_SERVICE: 'storefront', MOSAIC_STAGE: 'test', ...times };
// Any free port.
const settings = readSettings({ ...serviceSettings, port: portSetting('PORT', 0) }, environment);
const { runtime, close } = serviceRuntime({
  ...settings,
  clock: systemClock(),
  config: new MemoryConfig(),
  write() {},
});
after(close);

const parts: StorefrontParts = {
  articles: new Map([['chair', { name: 'Chair', priceCents: 8000 }]]),
  stock: {
    getLevel: async () => ({ kind: 'whole', value: { left: 2 } }),
    reserve: async () => ({ left: 1 }),
  },
  dollarRate: async () => ({ kind: 'whole', value: 1.25 }),
  few: { value: 3 },
};

describe('an offer', () => {
  it('is said to be unknown, not sold out, where nobody knows', () => {
    deepEqual([availability(undefined, 3), availability(0, 3), availability(3, 3)], ['unknown', 'none', 'few']);
  });

  it('is composed of what others say: handlers are functions, and what stands in for a client is one too', async () => {
    const offer = await storefrontHandlers(parts).viewOffer({ params: { sku: 'chair' } }, rootContext(1_000, runtime));
    deepEqual(offer, { name: 'Chair', euros: 80, dollars: 100, availability: 'few', degraded: [] });
  });

  it('says what it had to leave out, over HTTP and with a stock that is away', async () => {
    // Each request is then one attempt, whatever was before.
    const policies = { bulkhead: noBulkhead, breaker: noBreaker, retry: noRetry, timeout: noAttemptTimeout };
    const nowhere = { instances: ['http://127.0.0.1:1'], timeoutMs: 500, balancer: roundRobin(), policies };
    const handlers = storefrontHandlers({ ...parts, stock: stockClient(nowhere, runtime) });
    const service = new Service({ settings, routes: storefrontRoutes, handlers, runtime, admission: openDoor });
    const port = await service.listen('127.0.0.1');
    const answer = await fetch(`http://127.0.0.1:${port}/offers/chair`);
    const { availability, degraded } = (await answer.json()) as Record<string, unknown>;
    deepEqual([answer.status, availability, degraded], [200, 'unknown', ['stock']]);
    equal(await service.drain(), 0);
  });
});

describe('an order', () => {
  it('passes on why the stock will not', async () => {
    const failure = { kind: 'problem', status: 409, code: 'sold-out', retryAfterMs: undefined } as const;
    const reserve = () => Promise.reject(new CallError('stock', failure, 'answered 409: 2 are left'));
    const { placeOrder } = storefrontHandlers({ ...parts, stock: { ...parts.stock, reserve } });
    const order = placeOrder({ body: { sku: 'chair', count: 9 }, idempotencyKey: 'k' }, rootContext(1_000, runtime));
    equal(await order.catch(({ code }) => code), 'sold-out');
  });
});
