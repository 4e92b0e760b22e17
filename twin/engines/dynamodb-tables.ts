import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../../system/resource.ts';
import {
  type DynamoTable,
  dynamoGlobalTable,
  dynamoTable,
  type KeyPart,
  type TableIndex,
} from '../../system/resources/dynamo-table.ts';
import type { System } from '../../system/system.ts';

/** Calls one operation of an engine. */
export type DynamoDbCall = (operation: string, input: object) => Promise<Record<string, unknown>>;

/** Makes the tables of the templates that do not exist yet. One that exists with other keys or indexes is an error. */
export async function createTables(system: System, call: DynamoDbCall): Promise<void> {
  const existing = await tableNames(call);
  for (const table of [...system.of(dynamoTable), ...system.of(dynamoGlobalTable)]) {
    if (existing.has(table.ref)) await mustFit(table, call);
    else await call('CreateTable', definition(table));
    await setTimeToLive(table, call);
  }
}

async function tableNames(call: DynamoDbCall): Promise<ReadonlySet<string>> {
  const names: string[] = [];
  let start: unknown;
  do {
    const page = await call('ListTables', start === undefined ? {} : { ExclusiveStartTableName: start });
    names.push(...(page.TableNames as string[]));
    start = page.LastEvaluatedTableName;
  } while (start !== undefined);
  return new Set(names);
}

function definition({ ref, data }: Resource<DynamoTable>): object {
  return {
    TableName: ref,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: data.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: keySchema(data.key),
    ...(data.globalIndexes.length > 0 && { GlobalSecondaryIndexes: data.globalIndexes.map(index) }),
    ...(data.localIndexes.length > 0 && { LocalSecondaryIndexes: data.localIndexes.map(index) }),
    ...(data.stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: data.stream } }),
  };
}

const keySchema = (key: readonly KeyPart[]): object[] =>
  key.map(({ attribute, kind }) => ({ AttributeName: attribute, KeyType: kind }));

const index = ({ name, key, projection, nonKeyAttributes }: TableIndex): object => ({
  IndexName: name,
  KeySchema: keySchema(key),
  Projection: {
    ProjectionType: projection,
    ...(nonKeyAttributes.length > 0 && { NonKeyAttributes: nonKeyAttributes }),
  },
});

/** What of a table cannot change under its data, in one shape for template and engine. */
function shape(table: Record<string, unknown>): object {
  const indexes = (value: unknown) =>
    Object.fromEntries(
      ((value ?? []) as Record<string, unknown>[]).map(({ IndexName, KeySchema, Projection }) => {
        const { ProjectionType, NonKeyAttributes = [] } = Projection as {
          ProjectionType: string;
          NonKeyAttributes?: string[];
        };
        return [IndexName as string, { KeySchema, ProjectionType, NonKeyAttributes: [...NonKeyAttributes].sort() }];
      }),
    );
  const attributes = (table.AttributeDefinitions ?? []) as { AttributeName: string; AttributeType: string }[];
  return {
    keys: table.KeySchema,
    attributes: Object.fromEntries(attributes.map((each) => [each.AttributeName, each.AttributeType])),
    'global indexes': indexes(table.GlobalSecondaryIndexes),
    'local indexes': indexes(table.LocalSecondaryIndexes),
  };
}

async function mustFit(table: Resource<DynamoTable>, call: DynamoDbCall): Promise<void> {
  const described = (await call('DescribeTable', { TableName: table.ref })).Table as Record<string, unknown>;
  const got = shape(described) as Record<string, unknown>;
  const wanted = shape(definition(table) as Record<string, unknown>) as Record<string, unknown>;
  const different = Object.keys(wanted).filter((part) => !isDeepStrictEqual(got[part], wanted[part]));
  if (different.length === 0) return;
  throw new Error(
    `table ${table.ref} (${table.path}): its ${different.join(' and ')} in the template differ from those of the data kept here; ` +
      'mosaic up --fresh begins with empty tables',
  );
}

async function setTimeToLive({ ref, data }: Resource<DynamoTable>, call: DynamoDbCall): Promise<void> {
  const described = (await call('DescribeTimeToLive', { TableName: ref })).TimeToLiveDescription as {
    readonly TimeToLiveStatus: string;
    readonly AttributeName?: string;
  };
  const current = described.TimeToLiveStatus.startsWith('ENABL') ? described.AttributeName : undefined;
  if (current === data.timeToLive) return;
  const set = (AttributeName: string, Enabled: boolean) =>
    call('UpdateTimeToLive', { TableName: ref, TimeToLiveSpecification: { AttributeName, Enabled } });
  if (current !== undefined) await set(current, false);
  if (data.timeToLive !== undefined) await set(data.timeToLive, true);
}
