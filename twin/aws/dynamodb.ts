import type { ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { type Dispatcher, Pool } from 'undici';
import { arn } from '../../system/resources/arn.ts';
import type { System } from '../../system/system.ts';
import { engineHeaders } from '../engines/dynamodb.ts';
import type { Answer, AwsApi, Call, Passage } from './api.ts';
import { AwsError, notSimulated } from './aws-error.ts';
import { bareName, DynamoDbAccess } from './dynamodb-access.ts';
import { type Input, json10 } from './protocol.ts';

/** DynamoDB in front of an engine; closing it closes the connections to the engine. */
export interface DynamoDbApi extends AwsApi {
  close(): Promise<void>;
}

/** Operations on items: their answers hold no ARN, so they pass through unread. */
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

/** The start of an engine's own ARNs, with its region and account. */
const ENGINE_ARN = /arn:aws[\w-]*:dynamodb:[\w-]*:\d{12}:/g;

/** DynamoDB: calls are authorized here and carried out by the engine at a URL. */
export function dynamoDb(system: System, engine: string): DynamoDbApi {
  const pool = new Pool(engine, { connections: 32, pipelining: 1, allowH2: false });
  const access = new DynamoDbAccess(system);
  const ownArn = arn(system, 'dynamodb', '');

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

const engineRequest = (
  { operation, region }: Pick<Call, 'operation' | 'region'>,
  body: Buffer | string,
): Dispatcher.RequestOptions => ({
  method: 'POST',
  path: '/',
  headers: engineHeaders(operation, region),
  body,
});

/** Streams the engine's answer, no faster than the client reads it. */
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

/** While the engine restarts, clients should retry, as they do when AWS has an internal error. */
async function unreachable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError('InternalServerError', `the DynamoDB engine does not answer: ${(error as Error).message}`, 500);
  }
}

/** The body with tables' names instead of their ARNs, which engines do not know. */
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

/** The body with the engine's own ARN of the table. */
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
