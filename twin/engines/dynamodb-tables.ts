import type { Resource } from '../../system/resource.ts';
import type { DynamoTable, KeyPart, TableIndex } from '../../system/resources/dynamo-table.ts';
import type { System } from '../../system/system.ts';
import { tables } from '../../system/tables.ts';

/** Calls one operation of an engine. */
export type DynamoDbCall = (operation: string, input: object) => Promise<Record<string, unknown>>;

/** Creates the templates' tables that do not exist yet. One that exists with other keys or indexes is an error. */
export async function createTables(system: System, call: DynamoDbCall): Promise<void> {
  const existing = await tableNames(call);
  for (const table of tables(system)) {
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

function definition({
  ref,
  data,
}: Resource<DynamoTable>): TableShape & { readonly TableName: string; readonly BillingMode: string } {
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

const keySchema = (key: readonly KeyPart[]): readonly KeySchemaElement[] =>
  key.map(({ attribute, kind }) => ({ AttributeName: attribute, KeyType: kind }));

const index = ({ name, key, projection, nonKeyAttributes }: TableIndex): IndexShape => ({
  IndexName: name,
  KeySchema: keySchema(key),
  Projection: {
    ProjectionType: projection,
    ...(nonKeyAttributes.length > 0 && { NonKeyAttributes: nonKeyAttributes }),
  },
});

/** The parts of a table that cannot change under its data, in the same words for template and engine. */
function shape(table: TableShape): Readonly<Record<string, string>> {
  const keys = (schema: readonly KeySchemaElement[]): string =>
    schema.map((each) => `${each.AttributeName} ${each.KeyType}`).join(', ');
  const indexes = (all: readonly IndexShape[] = []): string =>
    all
      .map(({ IndexName, KeySchema, Projection }) => {
        const included = [...(Projection.NonKeyAttributes ?? [])].sort().join(' ');
        return `${IndexName} (${keys(KeySchema)}; ${Projection.ProjectionType}${included && ` ${included}`})`;
      })
      .sort()
      .join(', ');
  return {
    keys: keys(table.KeySchema),
    'key types': table.AttributeDefinitions.map((each) => `${each.AttributeName} ${each.AttributeType}`)
      .sort()
      .join(', '),
    'global indexes': indexes(table.GlobalSecondaryIndexes),
    'local indexes': indexes(table.LocalSecondaryIndexes),
  };
}

interface TableShape {
  readonly KeySchema: readonly KeySchemaElement[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: readonly IndexShape[];
  readonly LocalSecondaryIndexes?: readonly IndexShape[];
}

interface IndexShape {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
}

interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

async function mustFit(table: Resource<DynamoTable>, call: DynamoDbCall): Promise<void> {
  const { Table } = await call('DescribeTable', { TableName: table.ref });
  const got = shape(Table as TableShape);
  for (const [part, wanted] of Object.entries(shape(definition(table)))) {
    if (got[part] === wanted) continue;
    throw new Error(
      `table ${table.ref} (${table.path}): its ${part} are ${got[part] || 'none'} in the kept data, ` +
        `but ${wanted || 'none'} in the template; mosaic up --fresh begins with empty tables`,
    );
  }
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
