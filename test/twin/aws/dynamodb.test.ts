import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { iamPolicy } from '../../../system/resources/iam-policy.ts';
import { type DynamoDbApi, dynamoDb } from '../../../twin/aws/dynamodb.ts';
import type { Credentials } from '../../../twin/aws/identities.ts';
import { type DynamoDbEngine, startDynamoDb } from '../../../twin/engines/dynamodb.ts';
import {
  ACCOUNT,
  arn,
  definition,
  grants,
  REGION,
  resource,
  role,
  systemOf,
  table,
} from '../../system/iam/system-of.ts';
import { openedDoor } from './opened-door.ts';

const PRODUCTS = arn('dynamodb', 'table/Products');
const STOCK = arn('dynamodb', 'table/Stock');
const INDEX = `${PRODUCTS}/index/by-day`;
const byDay = {
  name: 'by-day',
  key: [{ attribute: 'day', kind: 'HASH' }],
  projection: 'ALL',
  nonKeyAttributes: [],
} as const;
const onlyOwn = {
  Statement: {
    Effect: 'Allow',
    Action: 'dynamodb:*',
    Resource: PRODUCTS,
    Condition: {
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a'], 'dynamodb:Attributes': ['pk', 'name'] },
    },
  },
};

const roles: Record<string, readonly (readonly [string[], string[]])[]> = {
  Everything: [[['dynamodb:*'], ['*']]],
  Nothing: [],
  Index: [[['dynamodb:Query'], [INDEX]]],
  Products: [[['dynamodb:*'], [PRODUCTS]]],
  Items: [[['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], [PRODUCTS]]],
};
const system = systemOf([
  table('Products', {
    attributes: [
      { name: 'pk', type: 'S' },
      { name: 'day', type: 'S' },
    ],
    globalIndexes: [byDay],
  }),
  table('Stock'),
  ...Object.entries(roles).flatMap(([name, statements]) => [
    role(name),
    definition(name, { taskRole: name }),
    grants(name, ...statements),
  ]),
  role('Own'),
  resource(iamPolicy, 'Shop/Own/Policy', { ref: 'own' }, { document: onlyOwn, roles: ['Own'] }),
]);

let engine: DynamoDbEngine;
let api: DynamoDbApi;
let door: Awaited<ReturnType<typeof openedDoor>>;
const clients: DynamoDBClient[] = [];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  engine = await startDynamoDb({
    folder,
    reaper: { add: () => {}, remove: () => {} },
    engines: join(folder, 'engines'),
  });
  await engine.createTables(system);
  api = dynamoDb(system, engine.url);
  door = await openedDoor(system, [api]);
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await door.close();
  await api.close();
  await engine.close();
});

const as = (who: string | Credentials, region = REGION): DynamoDBClient => {
  const client = new DynamoDBClient(door.client('dynamodb', typeof who === 'string' ? door.task(who) : who, region));
  clients.push(client);
  return client;
};
const item = (pk: string) => ({ pk: { S: pk }, day: { S: 'mon' }, name: { S: 'n' } });
const put = (pk: string, TableName = 'Products') => new PutItemCommand({ TableName, Item: item(pk) });
const get = (pk: string, TableName = 'Products') => new GetItemCommand({ TableName, Key: { pk: { S: pk } } });
const denied = async (call: Promise<unknown>) => {
  await expect(call).rejects.toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
  const denial = door.denials.at(-1) as { action: string; resource: string };
  return `${denial.action} on ${denial.resource}`;
};

describe('a task with the permission', () => {
  it('reads and writes items, over TLS, with the unmodified SDK', async () => {
    const db = as('Everything');
    await db.send(put('a'));
    await db.send(
      new UpdateItemCommand({
        TableName: 'Products',
        Key: { pk: { S: 'a' } },
        UpdateExpression: 'SET stock = :s',
        ExpressionAttributeValues: { ':s': { N: '3' } },
      }),
    );
    expect((await db.send(get('a'))).Item).toEqual({ ...item('a'), stock: { N: '3' } });
    await db.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: 'Stock', Item: { pk: { S: 't' } } } },
          { Delete: { TableName: 'Products', Key: { pk: { S: 'a' } } } },
        ],
      }),
    );
    const { Responses } = await db.send(
      new BatchGetItemCommand({
        RequestItems: { Stock: { Keys: [{ pk: { S: 't' } }] }, Products: { Keys: [{ pk: { S: 'a' } }] } },
      }),
    );
    expect(Responses).toEqual({ Stock: [{ pk: { S: 't' } }], Products: [] });
  });

  it('gets the errors of the engine as they are', async () => {
    const call = as('Everything').send(
      new PutItemCommand({ ...put('c').input, ConditionExpression: 'attribute_exists(pk)' }),
    );
    await expect(call).rejects.toThrow(expect.objectContaining({ name: 'ConditionalCheckFailedException' }));
    await expect(as('Everything').send(get('a', 'Missing'))).rejects.toThrow(
      expect.objectContaining({ name: 'ResourceNotFoundException' }),
    );
  });

  it('sees tables under the ARNs of the template, and may name them so', async () => {
    const db = as('Everything');
    const { Table } = await db.send(new DescribeTableCommand({ TableName: 'Products' }));
    expect(Table).toMatchObject({ TableArn: PRODUCTS, GlobalSecondaryIndexes: [{ IndexArn: INDEX }] });
    await db.send(put('by-arn', PRODUCTS));
    expect((await db.send(get('by-arn', PRODUCTS))).Item).toEqual(item('by-arn'));
    await db.send(new TagResourceCommand({ ResourceArn: PRODUCTS, Tags: [{ Key: 'k', Value: 'v' }] }));
    expect((await db.send(new ListTagsOfResourceCommand({ ResourceArn: PRODUCTS }))).Tags).toEqual([
      { Key: 'k', Value: 'v' },
    ]);
  });

  it('gets a large answer whole', async () => {
    const db = as('Everything');
    for (let i = 0; i < 3; i++)
      await db.send(
        new PutItemCommand({ TableName: 'Stock', Item: { pk: { S: `large${i}` }, v: { S: 'x'.repeat(300_000) } } }),
      );
    const { Items } = await db.send(
      new ScanCommand({
        TableName: 'Stock',
        FilterExpression: 'begins_with(pk, :l)',
        ExpressionAttributeValues: { ':l': { S: 'large' } },
      }),
    );
    expect(Items?.map((each) => each.v?.S?.length)).toEqual([300_000, 300_000, 300_000]);
  });
});

describe('a task without the permission', () => {
  it("is denied in AWS's words, and the denial says what is missing and what grants it", async () => {
    await expect(as('Nothing').send(get('a'))).rejects.toThrow(
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/Nothing/task-Nothing is not authorized to perform: dynamodb:GetItem on resource: ${PRODUCTS} ` +
        'because no identity-based policy allows the dynamodb:GetItem action',
    );
    expect(door.denials.at(-1)).toEqual({
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      from: 'web',
      action: 'dynamodb:GetItem',
      resource: PRODUCTS,
      why: 'no statement of Nothing allows it',
      missing: `dynamodb:GetItem on ${PRODUCTS}`,
      fix: 'on Shop/Web: products.grantReadData(service.taskDefinition.taskRole) where products is Shop/Products',
    });
  });

  it('needs the permission on the index it queries, and none on the table', async () => {
    const query = (IndexName?: string) =>
      new QueryCommand({
        TableName: 'Products',
        ...(IndexName && { IndexName }),
        KeyConditionExpression: `${IndexName ? '#d' : 'pk'} = :d`,
        ...(IndexName && { ExpressionAttributeNames: { '#d': 'day' } }),
        ExpressionAttributeValues: { ':d': { S: 'mon' } },
      });
    await expect(as('Index').send(query('by-day'))).resolves.toBeDefined();
    expect(await denied(as('Index').send(query()))).toBe(`dynamodb:Query on ${PRODUCTS}`);
    expect(await denied(as('Products').send(query('by-day')))).toBe(`dynamodb:Query on ${INDEX}`);
  });

  it('needs it on every table of a batch', async () => {
    const Keys = [{ pk: { S: 'a' } }];
    expect(
      await denied(
        as('Products').send(new BatchGetItemCommand({ RequestItems: { Products: { Keys }, Stock: { Keys } } })),
      ),
    ).toBe(`dynamodb:BatchGetItem on ${STOCK}`);
    expect(
      await denied(
        as('Products').send(
          new BatchWriteItemCommand({ RequestItems: { Stock: [{ PutRequest: { Item: item('b') } }] } }),
        ),
      ),
    ).toBe(`dynamodb:BatchWriteItem on ${STOCK}`);
  });

  it('needs, for each item of a transaction, what the single call would, and nothing happens without', async () => {
    const items = as('Items');
    const Put = { TableName: 'Products', Item: item('tx') };
    const Key = { pk: { S: 'tx' } };
    expect(
      await denied(
        items.send(
          new TransactWriteItemsCommand({ TransactItems: [{ Put }, { Delete: { TableName: 'Products', Key } }] }),
        ),
      ),
    ).toBe(`dynamodb:DeleteItem on ${PRODUCTS}`);
    expect((await items.send(get('tx'))).Item).toBeUndefined();
    await items.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put },
          {
            ConditionCheck: {
              TableName: 'Products',
              Key: { pk: { S: 'no' } },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
        ],
      }),
    );
    expect(
      (await items.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: 'Products', Key } }] })))
        .Responses,
    ).toEqual([{ Item: item('tx') }]);
    expect(
      await denied(items.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: 'Stock', Key } }] }))),
    ).toBe(`dynamodb:GetItem on ${STOCK}`);
    expect(await denied(items.send(new DeleteItemCommand({ TableName: 'Products', Key })))).toBe(
      `dynamodb:DeleteItem on ${PRODUCTS}`,
    );
  });

  it('is held to conditions on keys and attributes', async () => {
    const own = as('Own');
    await own.send(
      new UpdateItemCommand({
        TableName: 'Products',
        Key: { pk: { S: 'a' } },
        UpdateExpression: 'SET #n = :v',
        ExpressionAttributeNames: { '#n': 'name' },
        ExpressionAttributeValues: { ':v': { S: 'v' } },
      }),
    );
    await own.send(
      new QueryCommand({
        TableName: 'Products',
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': { S: 'a' } },
      }),
    );
    await denied(own.send(get('b')));
    await denied(
      own.send(
        new QueryCommand({
          TableName: 'Products',
          KeyConditionExpression: '#k = :p',
          ExpressionAttributeNames: { '#k': 'pk' },
          ExpressionAttributeValues: { ':p': { S: 'b' } },
        }),
      ),
    );
    await denied(own.send(new GetItemCommand({ ...get('a').input, ProjectionExpression: 'price' })));
  });
});

describe('the front door', () => {
  it('lets an operator do anything', async () => {
    const db = as(door.operator());
    await expect(db.send(get('a'))).resolves.toBeDefined();
    expect((await db.send(new ListTablesCommand({}))).TableNames).toEqual(['Products', 'Stock']);
  });

  it('does not know strangers', async () => {
    const stranger = { ...door.task('Everything'), accessKeyId: 'ASIASTRANGER' };
    await expect(as(stranger).send(get('a'))).rejects.toThrow(
      expect.objectContaining({ name: 'UnrecognizedClientException' }),
    );
    const forger = { ...door.task('Everything'), secretAccessKey: 'forged' };
    await expect(as(forger).send(get('a'))).rejects.toThrow(
      expect.objectContaining({ name: 'InvalidSignatureException' }),
    );
  });

  it('says by name what the twin does not simulate', async () => {
    const unknown = (text: string) =>
      expect.objectContaining({ name: 'UnknownOperationException', message: expect.stringContaining(text) });
    await expect(
      as('Everything').send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM "Products"' })),
    ).rejects.toThrow(unknown('does not simulate dynamodb:ExecuteStatement'));
    await expect(
      as('Everything').send(new DescribeContinuousBackupsCommand({ TableName: 'Products' })),
    ).rejects.toThrow(unknown('dynamodb:DescribeContinuousBackups'));
    await expect(as('Everything', 'us-east-1').send(get('a'))).rejects.toThrow(
      unknown(`dynamodb in us-east-1: it has ${REGION} only`),
    );
  });

  it('tells clients to try again while the engine is away', async () => {
    const away = dynamoDb(system, 'http://127.0.0.1:9');
    const other = await openedDoor(system, [away]);
    const client = new DynamoDBClient(other.client('dynamodb', other.task('Everything')));
    await expect(client.send(get('a'))).rejects.toThrow(
      expect.objectContaining({ name: 'InternalServerError', $fault: 'server' }),
    );
    client.destroy();
    await other.close();
    await away.close();
  });
});
