import { arn } from '../../system/resources/arn.ts';
import type { System } from '../../system/system.ts';
import { findTable } from '../../system/tables.ts';
import type { Call, CallAccess } from './api.ts';
import { dynamoDbContext } from './dynamodb-context.ts';
import type { Input } from './protocol.ts';

/** Says what IAM must allow for each operation of DynamoDB. */
export class DynamoDbAccess {
  readonly #system: System;

  constructor(system: System) {
    this.#system = system;
  }

  /** The accesses an operation needs; undefined for an operation the twin does not have. */
  of(operation: string): ((call: Call) => readonly CallAccess[]) | undefined {
    return this.#rules[operation];
  }

  readonly #onTable = ({ operation, input, region }: Call): readonly CallAccess[] => [
    this.#access(operation, region, tableNameOf(input), [input]),
  ];

  /** A query of an index needs permission on the index, not on the table. */
  readonly #onTableOrIndex = ({ operation, input, region }: Call): readonly CallAccess[] => {
    const access = this.#access(operation, region, tableNameOf(input), [input]);
    return [
      input.IndexName === undefined ? access : { ...access, resource: `${access.resource}/index/${input.IndexName}` },
    ];
  };

  readonly #onResource = ({ operation, input }: Call): readonly CallAccess[] => [
    { action: `dynamodb:${operation}`, resource: String(input.ResourceArn) },
  ];

  readonly #onAny = ({ operation }: Call): readonly CallAccess[] => [
    { action: `dynamodb:${operation}`, resource: '*' },
  ];

  readonly #onEachTable = ({ operation, input, region }: Call): readonly CallAccess[] =>
    Object.entries((input.RequestItems ?? {}) as Record<string, unknown>).map(([table, asked]) =>
      this.#access(operation, region, bareName(table), Array.isArray(asked) ? asked.flatMap(writes) : keys(asked)),
    );

  /** A transaction needs for each item what the item's operation alone would need. */
  readonly #onEachItem = ({ operation, input, region }: Call): readonly CallAccess[] =>
    ((input.TransactItems ?? []) as Record<string, Input>[]).flatMap((item) =>
      Object.entries(item).map(([kind, request]) =>
        this.#access(TRANSACTION_ACTIONS[kind] ?? kind, region, tableNameOf(request), [request], operation),
      ),
    );

  readonly #rules: Readonly<Record<string, (call: Call) => readonly CallAccess[]>> = {
    GetItem: this.#onTable,
    PutItem: this.#onTable,
    UpdateItem: this.#onTable,
    DeleteItem: this.#onTable,
    Query: this.#onTableOrIndex,
    Scan: this.#onTableOrIndex,
    BatchGetItem: this.#onEachTable,
    BatchWriteItem: this.#onEachTable,
    TransactGetItems: this.#onEachItem,
    TransactWriteItems: this.#onEachItem,
    CreateTable: this.#onTable,
    DescribeTable: this.#onTable,
    UpdateTable: this.#onTable,
    DeleteTable: this.#onTable,
    DescribeTimeToLive: this.#onTable,
    UpdateTimeToLive: this.#onTable,
    DescribeContinuousBackups: this.#onTable,
    UpdateContinuousBackups: this.#onTable,
    TagResource: this.#onResource,
    UntagResource: this.#onResource,
    ListTagsOfResource: this.#onResource,
    ListTables: this.#onAny,
    DescribeLimits: this.#onAny,
    DescribeEndpoints: this.#onAny,
  };

  #access(
    operation: string,
    region: string,
    table: string,
    requests: readonly Input[],
    enclosing?: string,
  ): CallAccess {
    return {
      action: `dynamodb:${operation}`,
      resource: arn({ account: this.#system.account, region }, 'dynamodb', `table/${table}`),
      context: dynamoDbContext(requests, this.#partitionKey(table), enclosing),
    };
  }

  #partitionKey(table: string): string | undefined {
    return findTable(this.#system, table)?.data.key.find((part) => part.kind === 'HASH')?.attribute;
  }
}

/** The name of a table, from its name or ARN. */
export const bareName = (table: string): string => (table.startsWith('arn:') ? (table.split('/')[1] ?? table) : table);

const tableNameOf = (input: Input): string => bareName(String(input.TableName));

const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/** The items of a batch as single requests. */
const writes = (write: { readonly PutRequest?: Input; readonly DeleteRequest?: Input }): readonly Input[] =>
  [write.PutRequest, write.DeleteRequest].filter((each) => each !== undefined);

const keys = (asked: unknown): readonly Input[] =>
  ((asked as { Keys?: object[] }).Keys ?? []).map((Key) => ({ ...(asked as Input), Key }));
