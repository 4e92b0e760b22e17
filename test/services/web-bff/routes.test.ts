import { afterEach, describe, expect, it } from '@jest/globals';
import { firstProducts } from '../../../services/catalog/products.ts';
import { catalogRoutes } from '../../../services/catalog/routes.ts';
import { Problem } from '../../../services/chassis/problem.ts';
import { Service } from '../../../services/chassis/process/service.ts';
import type { Operations } from '../../../services/chassis/route.ts';
import { Application } from '../../../services/chassis/server/application.ts';
import { type CatalogClient, catalogClient } from '../../../services/web-bff/catalog-client.ts';
import { webHandlers, webRoutes } from '../../../services/web-bff/routes.ts';
import { stalled } from '../chassis/example-service.ts';
import { inject } from '../chassis/server/inject.ts';
import { testRuntime } from '../chassis/test-runtime.ts';

type Catalog = Operations<typeof catalogRoutes>;

const healthy: Catalog = {
  listProducts: async () => ({ products: [...firstProducts] }),
  async getProduct({ params }) {
    const product = firstProducts.find(({ id }) => id === params.id);
    if (product === undefined) throw new Problem('not-found');
    return product;
  },
};

const failing = async (): Promise<never> => {
  throw new Error('the disk is on fire');
};

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The service, calling a catalog (the real routes, other handlers) over real connections. */
async function webWith(own: Partial<Catalog> = {}) {
  const times = { port: 0, requestTimeoutMs: 2_000, keepAliveMs: 5_000, drainMs: 1 };
  const catalog = new Service({
    settings: { service: 'catalog', stage: 'test', ...times },
    routes: catalogRoutes,
    handlers: { ...healthy, ...own },
    runtime: testRuntime(),
  });
  const calls = callsTo(`http://127.0.0.1:${await catalog.listen('127.0.0.1')}`, 1_000);
  closing.push(() => catalog.drain());
  return applicationOn(calls);
}

function callsTo(url: string, timeoutMs: number): CatalogClient {
  const calls = catalogClient({ service: 'catalog', url, timeoutMs }, testRuntime());
  closing.push(() => calls[Symbol.asyncDispose]());
  return calls;
}

function applicationOn(calls: CatalogClient) {
  const runtime = testRuntime();
  const handlers = webHandlers(calls);
  const application = new Application({
    service: 'web-bff',
    routes: webRoutes,
    handlers,
    requestTimeoutMs: 2_000,
    runtime,
  });
  return { view: (id: string) => inject(application, { url: `/web/products/${id}` }), lines: runtime.lines };
}

describe('the view of a product', () => {
  it('is composed of the product and what goes with it', async () => {
    const { view } = await webWith();
    expect(await view('walnut-desk')).toMatchObject({
      status: 200,
      json: {
        id: 'walnut-desk',
        name: 'Walnut Desk',
        price: '€549.00',
        related: [
          { id: 'linen-armchair', name: 'Linen Armchair', price: '€389.00' },
          { id: 'oak-bookshelf', name: 'Oak Bookshelf', price: '€279.00' },
        ],
        degraded: [],
      },
    });
  });

  it('asks for both at once', async () => {
    const both = Promise.withResolvers<void>();
    let asked = 0;
    const meet = async (): Promise<void> => {
      asked += 1;
      if (asked === 2) both.resolve();
      await both.promise;
    };
    const { view } = await webWith({
      getProduct: (input, context) => meet().then(() => healthy.getProduct(input, context)),
      listProducts: (input, context) => meet().then(() => healthy.listProducts(input, context)),
    });
    expect(await view('walnut-desk')).toMatchObject({ status: 200, json: { degraded: [] } });
  });

  it.each([
    ['fails', failing],
    ['stalls', stalled],
  ])('goes out without related products if the list %s, and says so', async (_, listProducts) => {
    const { view, lines } = await webWith({ listProducts });
    expect(await view('walnut-desk')).toMatchObject({
      status: 200,
      json: { name: 'Walnut Desk', related: [], degraded: ['related'] },
    });
    await view('walnut-desk');
    // Once for each kind of reason, not for each request.
    expect(lines.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      'warn catalog listProducts: a fallback answers',
      'info GET /web/products/{id} 200',
      'info GET /web/products/{id} 200',
    ]);
  });

  it('is not found if the product is not, whatever the list does', async () => {
    const { view } = await webWith({ listProducts: failing });
    expect(await view('nothing')).toMatchObject({ status: 404, json: { code: 'not-found' } });
  });

  it('cannot be had if the product fails', async () => {
    const { view } = await webWith({ getProduct: failing });
    expect(await view('walnut-desk')).toMatchObject({ status: 502, json: { code: 'dependency-failed' } });
  });

  it('cannot be had in time if the product stalls', async () => {
    const { view } = await webWith({ getProduct: stalled });
    expect(await view('walnut-desk')).toMatchObject({ status: 504, json: { code: 'dependency-timeout' } });
  });

  it('cannot be had if nobody is there', async () => {
    expect(await applicationOn(callsTo('http://127.0.0.1:1', 200)).view('walnut-desk')).toMatchObject({
      status: 502,
      json: { code: 'dependency-unavailable' },
    });
  });
});
