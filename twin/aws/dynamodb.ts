import type { ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { type Dispatcher, Pool } from 'undici';
import { partitionOf } from '../../assembly/partition.ts';
import type { System } from '../../system/system.ts';
import type { Answer, AwsApi, Call, Passage } from './api.ts';
import { AwsError, notSimulated } from './aws-error.ts';
import { bareName, DynamoDbAccess } from './dynamodb-access.ts';
import { type Input, json10 } from './protocol.ts';

/** DynamoDB in front of an engine; close it to let go of the engine's connections. */
export interface DynamoDbApi extends AwsApi {
  close(): Promise<void>;
}

/** Operations on items, whose answers hold no ARN and pass through as they come. */
const ITEM_OPERATIONS = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
  'TransactGetItems',
  'TransactWriteItems',
]);

/** Region and account an engine calls its own, in the ARNs of its answers. */
const ENGINE_ARN = /arn:aws[\w-]*:dynamodb:[\w-]*:\d{12}:/g;

/** DynamoDB: calls judged here, carried out by the engine at a URL. */
export function dynamoDb(system: System, engine: string): DynamoDbApi {
  const pool = new Pool(engine, { connections: 32, pipelining: 1, allowH2: false });
  const access = new DynamoDbAccess(system);
  const ownArn = `arn:${partitionOf(system.region)}:dynamodb:${system.region}:${system.account}:`;

  const control = async (call: Call, body: Buffer): Promise<Passage> => {
    const asked = call.input.ResourceArn === undefined ? body : await withEngineArn(pool, call);
    const answer = await pool.request(engineRequest(call, asked));
    const text = (await answer.body.text()).replace(ENGINE_ARN, ownArn);
    if (text.includes('UnknownOperationException'))
      throw notSimulated(`dynamodb:${call.operation}: its engine does not have it`);
    return async (response) => {
      const bytes = Buffer.from(text);
      response.writeHead(answer.statusCode, {
        ...passed(answer.headers),
        'content-length': bytes.length,
        'x-amz-crc32': crc32(bytes),
      });
      response.end(bytes);
    };
  };

  return {
    service: 'dynamodb',
    protocol: json10,
    operation: (name) => {
      const accesses = access.of(name);
      if (!accesses) return undefined;
      const perform = (call: Call): Answer | Promise<Answer> => {
        const body = withBareNames(call);
        if (!ITEM_OPERATIONS.has(name)) return unreachable(control(call, body));
        return (response) => unreachable(pass(pool, engineRequest(call, body), response));
      };
      return { accesses, perform };
    },
    close: () => pool.destroy(),
  };
}

/** Engines read the region and the key id, for which some keep separate tables; none checks time or signature. */
const engineRequest = (
  { operation, region }: Pick<Call, 'operation' | 'region'>,
  body: Buffer | string,
): Dispatcher.RequestOptions => ({
  method: 'POST',
  path: '/',
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'x-amz-date': '20260101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=twin/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
  },
  body,
});

/** Writes the engine's answer as it comes, no faster than the client takes it. */
function pass(pool: Pool, request: Dispatcher.RequestOptions, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    let length = Number.NaN;
    pool.dispatch(request, {
      onRequestStart: (controller) => {
        response.on('drain', () => controller.resume());
        response.on('close', () => {
          if (!response.writableFinished) controller.abort(new Error('the client went away'));
        });
      },
      onResponseStart: (_, status, headers) => {
        length = Number(headers['content-length']);
        response.writeHead(status, passed(headers));
      },
      onResponseData: (controller, chunk) => {
        // As text, an answer goes out in one write with its headers.
        if (chunk.length === length) response.end(chunk.toString('latin1'), 'latin1');
        else if (!response.write(chunk)) controller.pause();
      },
      onResponseEnd: () => {
        if (!response.writableEnded) response.end();
        resolve();
      },
      onResponseError: (_, error) => reject(error),
    });
  });
}

const PASSED = ['content-type', 'content-length', 'x-amzn-requestid', 'x-amz-crc32'];
function passed(headers: Dispatcher.ResponseData['headers']): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const name of PASSED) if (headers[name] !== undefined) result[name] = headers[name];
  return result;
}

/** While the engine starts again clients should try again, as they do for AWS's own hiccups. */
async function unreachable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError('InternalServerError', `the DynamoDB engine does not answer: ${(error as Error).message}`, 500);
  }
}

/** The body with names instead of ARNs of tables, which engines do not know. */
function withBareNames({ input, body }: Call): Buffer {
  if (!body.includes(':table/')) return body;
  const rename = (request: Input): Input =>
    typeof request.TableName === 'string' ? { ...request, TableName: bareName(request.TableName) } : request;
  const renameKeys = (items: object): object =>
    Object.fromEntries(Object.entries(items).map(([name, each]) => [bareName(name), each]));
  const renamed = {
    ...rename(input),
    ...(input.RequestItems !== undefined && { RequestItems: renameKeys(input.RequestItems as object) }),
    ...(Array.isArray(input.TransactItems) && {
      TransactItems: input.TransactItems.map((item: Record<string, Input>) =>
        Object.fromEntries(Object.entries(item).map(([kind, request]) => [kind, rename(request)])),
      ),
    }),
  };
  return Buffer.from(JSON.stringify(renamed));
}

/** The body with the ARN by which the engine itself knows the table. */
async function withEngineArn(pool: Pool, call: Call): Promise<Buffer> {
  const TableName = bareName(String(call.input.ResourceArn));
  const described = await pool.request(
    engineRequest({ ...call, operation: 'DescribeTable' }, JSON.stringify({ TableName })),
  );
  const { Table } = (await described.body.json()) as { Table?: { TableArn: string } };
  if (!Table)
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: ${call.input.ResourceArn}`);
  return Buffer.from(JSON.stringify({ ...call.input, ResourceArn: Table.TableArn }));
}
