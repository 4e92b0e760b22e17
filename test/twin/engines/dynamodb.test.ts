import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { DynamoTable } from '../../../system/resources/dynamo-table.ts';
import { type DynamoDbEngine, type DynamoDbEngineOptions, startDynamoDb } from '../../../twin/engines/dynamodb.ts';
import { DYNOXIDE_VERSION, dynoxide } from '../../../twin/engines/dynoxide.ts';
import { systemOf, table } from '../../system/iam/system-of.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const folder = () => mkdtempSync(join(tmpdir(), 'engine-'));
/** What a reaper would be told: `+pid`, `-pid`. */
const told: string[] = [];
const reaper = { add: (pid: number) => told.push(`+${pid}`), remove: (pid: number) => told.push(`-${pid}`) };

async function started(
  data: string,
  more: Partial<DynamoDbEngineOptions> = {},
): Promise<{ engine: DynamoDbEngine; db: DynamoDBClient }> {
  const engine = await startDynamoDb({
    folder: data,
    engines: join(data, 'engines'),
    reaper,
    ...more,
  });
  const db = new DynamoDBClient({
    region: 'eu-west-1',
    endpoint: engine.url,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 10,
  });
  open.push(
    () => engine.close(),
    () => db.destroy(),
  );
  return { engine, db };
}

const products = (more: Partial<DynamoTable> = {}) => systemOf([table('Products', more)]);
const Item = { pk: { S: 'a' } };

describe('the DynamoDB engine', () => {
  it('makes the tables of the templates: keys, indexes, stream, time to live', async () => {
    const { engine, db } = await started(folder());
    const attributes = ['pk', 'sk', 'day'].map((name) => ({ name, type: 'S' as const }));
    const key = [
      { attribute: 'pk', kind: 'HASH' },
      { attribute: 'sk', kind: 'RANGE' },
    ] as const;
    await engine.createTables(
      products({
        key,
        attributes,
        globalIndexes: [
          { name: 'by-day', key: [{ attribute: 'day', kind: 'HASH' }], projection: 'INCLUDE', nonKeyAttributes: ['x'] },
        ],
        localIndexes: [
          {
            name: 'local',
            key: [key[0], { attribute: 'day', kind: 'RANGE' }],
            projection: 'KEYS_ONLY',
            nonKeyAttributes: [],
          },
        ],
        timeToLive: 'expires',
        stream: 'NEW_IMAGE',
      }),
    );
    expect((await db.send(new DescribeTableCommand({ TableName: 'Products' }))).Table).toMatchObject({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        { IndexName: 'by-day', Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['x'] } },
      ],
      LocalSecondaryIndexes: [{ IndexName: 'local' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    });
    const ttl = await db.send(new DescribeTimeToLiveCommand({ TableName: 'Products' }));
    expect(ttl.TimeToLiveDescription?.AttributeName).toBe('expires');
  });

  it('keeps data over a restart, and refuses a table whose keys changed', async () => {
    const data = folder();
    const first = await started(data);
    await first.engine.createTables(products());
    await first.db.send(new PutItemCommand({ TableName: 'Products', Item }));
    await first.engine.close();

    const { engine, db } = await started(data);
    await engine.createTables(products());
    expect((await db.send(new GetItemCommand({ TableName: 'Products', Key: Item }))).Item).toEqual(Item);
    const changed = products({ key: [{ attribute: 'id', kind: 'HASH' }], attributes: [{ name: 'id', type: 'S' }] });
    await expect(engine.createTables(changed)).rejects.toThrow(
      'table Products (Shop/Products/Resource): its keys are pk HASH in the kept data, but id HASH in the template; mosaic up --fresh begins with empty tables',
    );
  });

  it('starts again by itself after a kill -9, at the same URL, with every answered write', async () => {
    const troubles: string[] = [];
    const { engine, db } = await started(folder(), { progress: (text) => troubles.push(text) });
    await engine.createTables(products());
    for (let i = 0; i < 20; i++)
      await db.send(new PutItemCommand({ TableName: 'Products', Item: { pk: { S: String(i) } } }));
    const before = engine.pid!;
    expect(told.at(-1)).toBe(`+${before}`);
    process.kill(before, 'SIGKILL');
    expect((await db.send(new GetItemCommand({ TableName: 'Products', Key: { pk: { S: '19' } } }))).Item).toEqual({
      pk: { S: '19' },
    });
    expect(engine.pid).not.toBe(before);
    expect(told.slice(-2)).toEqual([`-${before}`, `+${engine.pid}`]);
    expect(troubles).toEqual(['engine dynamodb ended with SIGKILL; starting it again']);
  });

  it('is gone after close', async () => {
    const { engine } = await started(folder());
    const pid = engine.pid!;
    expect(process.kill(pid, 0)).toBe(true);
    await engine.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(told.at(-1)).toBe(`-${pid}`);
  });

  it("gives way to the user's own", async () => {
    const own = await started(folder());
    const { engine } = await started('/nowhere', { endpoint: `${own.engine.url}/` });
    expect([engine.url, engine.pid]).toEqual([own.engine.url, undefined]);
    await engine.createTables(products());
    await expect(own.db.send(new DescribeTableCommand({ TableName: 'Products' }))).resolves.toBeDefined();
  });
});

describe('the dynoxide binary', () => {
  it('is the version the project locks', () => {
    const { optionalDependencies } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
    );
    expect(
      new Set(
        Object.entries(optionalDependencies).flatMap(([name, version]) =>
          name.startsWith('@dynoxide/') ? [version] : [],
        ),
      ),
    ).toEqual(new Set([DYNOXIDE_VERSION]));
  });

  it('is installed once, without scripts, where its package is not there; a failure says what to do', async () => {
    const bin = folder();
    const engines = join(folder(), 'engines');
    // Stands in for npm: writes down how it was called and "installs", or fails.
    const npm = (script: string) => writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const said: string[] = [];
    const props = {
      folder: engines,
      packageName: '@dynoxide/other-machine',
      npm: join(bin, 'npm'),
      progress: (text: string) => said.push(text),
    };

    npm('echo "npm error code E404" >&2; exit 1');
    await expect(dynoxide(props)).rejects.toThrow(
      'engine dynamodb: @dynoxide/other-machine@1.2.1 cannot be installed (npm error code E404); go online for the first start, or run a DynamoDB of your own and set AWS_ENDPOINT_URL_DYNAMODB to its URL',
    );
    const kept = join(engines, 'node_modules/@dynoxide/other-machine');
    mkdirSync(kept, { recursive: true });
    npm(`echo "$@" >> ${bin}/calls; echo binary > ${kept}/dynoxide`);
    expect([await dynoxide(props), await dynoxide(props)]).toEqual([join(kept, 'dynoxide'), join(kept, 'dynoxide')]);
    expect(readFileSync(join(bin, 'calls'), 'utf8').trim()).toBe(
      `install --prefix ${engines} --ignore-scripts --no-audit --no-fund --loglevel=error @dynoxide/other-machine@1.2.1`,
    );
    expect(said).toHaveLength(2);
  });
});
