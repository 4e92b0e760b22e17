import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProductStore } from '../../../services/catalog/product-store.ts';
import { firstProducts } from '../../../services/catalog/products.ts';
import { catalogHandlers, catalogRoutes } from '../../../services/catalog/routes.ts';
import { addMissing } from '../../../services/catalog/seeding.ts';
import { rootContext } from '../../../services/chassis/context.ts';
import { Application } from '../../../services/chassis/server/application.ts';
import { inject } from '../chassis/server/inject.ts';
import { testRuntime } from '../chassis/test-runtime.ts';
import { DynamoDbEngine, hasDynamoDbEngine } from './dynamodb-engine.ts';

const onEngine = hasDynamoDbEngine ? describe : describe.skip;
if (!hasDynamoDbEngine) {
  console.warn(`SKIPPED: the catalog on its table; @dynoxide/${process.platform}-${process.arch} is not installed`);
}

onEngine('the catalog on its table', () => {
  const runtime = testRuntime();
  const context = rootContext(30_000, runtime);
  const before = { ...process.env };
  let engine: DynamoDbEngine;
  let store: ProductStore;
  let application: Application;

  beforeAll(async () => {
    engine = await DynamoDbEngine.start();
    // As in a task: the SDK finds endpoint and credentials by itself, the code names neither.
    process.env.AWS_ENDPOINT_URL_DYNAMODB = engine.url;
    process.env.AWS_ACCESS_KEY_ID = 'test';
    process.env.AWS_SECRET_ACCESS_KEY = 'test';
    await new DynamoDBClient({ region: 'eu-west-1' }).send(
      new CreateTableCommand({
        TableName: 'products',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    store = new ProductStore({ table: 'products', region: 'eu-west-1', requestTimeoutMs: 20_000 });
    const handlers = catalogHandlers(store);
    application = new Application({
      service: 'catalog',
      routes: catalogRoutes,
      handlers,
      requestTimeoutMs: 20_000,
      runtime,
    });
  });

  afterAll(() => {
    context.deadline.settle();
    process.env = before;
    engine?.stop();
  });

  it('is filled by the seed, once', async () => {
    expect(await addMissing(firstProducts, store, context)).toBe(firstProducts.length);
    expect(await addMissing(firstProducts, store, context)).toBe(0);
  });

  it('keeps what was changed when it is seeded again', async () => {
    const mug = firstProducts.find(({ id }) => id === 'stoneware-mug')!;
    expect(await addMissing([{ ...mug, priceCents: 1 }], store, context)).toBe(0);
    expect(await store.get(mug.id, context)).toEqual(mug);
  });

  it('answers one product', async () => {
    const answer = await inject(application, { url: '/catalog/products/walnut-desk' });
    expect(answer).toMatchObject({ status: 200, json: firstProducts[0] });
  });

  it('answers 404 for a product there is not, 400 for an id that cannot be one', async () => {
    expect(await inject(application, { url: '/catalog/products/nothing' })).toMatchObject({
      status: 404,
      json: { code: 'not-found', detail: "there is no product 'nothing'" },
    });
    expect(await inject(application, { url: '/catalog/products/NOTHING' })).toMatchObject({ status: 400 });
  });

  it('answers all products on a page that is large enough', async () => {
    const { json } = await inject(application, { url: '/catalog/products' });
    expect(json.products).toHaveLength(firstProducts.length);
    expect(json).not.toHaveProperty('next');
  });

  it('answers every product exactly once, page by page', async () => {
    const ids: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined = ''; cursor !== undefined; pages++) {
      const { json } = await inject(application, { url: `/catalog/products?limit=5${cursor && `&cursor=${cursor}`}` });
      ids.push(...json.products.map(({ id }: { id: string }) => id));
      cursor = json.next;
    }
    expect(pages).toBe(3);
    expect(ids.toSorted()).toEqual(firstProducts.map(({ id }) => id).toSorted());
  });

  it.each(['limit=0', 'limit=101', 'limit=all', 'cursor=!', 'cursor=YWZ0ZXI6'])('refuses %s', async (query) => {
    expect(await inject(application, { url: `/catalog/products?${query}` })).toMatchObject({
      status: 400,
      json: { code: 'invalid-request', detail: expect.stringContaining(`query/${query.split('=')[0]}`) },
    });
  });

  it('gives up a call to the table when the request is over', async () => {
    const late = rootContext(30_000, runtime);
    late.deadline.cancel();
    await expect(store.get('walnut-desk', late)).rejects.toThrow('abort');
  });

  it('says in the log, not to the caller, that its table is missing', async () => {
    const lost = new ProductStore({ table: 'lost', region: 'eu-west-1', requestTimeoutMs: 20_000 });
    const handlers = catalogHandlers(lost);
    const other = new Application({
      service: 'catalog',
      routes: catalogRoutes,
      handlers,
      requestTimeoutMs: 20_000,
      runtime,
    });
    const answer = await inject(other, { url: '/catalog/products/walnut-desk' });
    expect(answer).toMatchObject({ status: 500, json: { code: 'internal' } });
    expect(answer.json).not.toHaveProperty('detail');
    expect(runtime.lines.at(-1)).toMatchObject({ error: { name: 'ResourceNotFoundException' } });
  });
});
