import type { Resource } from './resource.ts';
import { type DynamoTable, dynamoGlobalTable, dynamoTable } from './resources/dynamo-table.ts';
import type { System } from './system.ts';

/** All DynamoDB tables of a system, global ones too. */
export const tables = (system: Pick<System, 'of'>): readonly Resource<DynamoTable>[] => [
  ...system.of(dynamoTable),
  ...system.of(dynamoGlobalTable),
];

/** The table of this name or ARN. */
export const findTable = (system: Pick<System, 'find'>, nameOrArn: string): Resource<DynamoTable> | undefined =>
  system.find(dynamoTable, nameOrArn) ?? system.find(dynamoGlobalTable, nameOrArn);
