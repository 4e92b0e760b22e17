// A one-off task: reads one item repeatedly, and prints `begins` when the counted reads start and `done` at the end.
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { tableVariable } from '../../../contract/environment.ts';

const CONCURRENT = 8;
const TableName = process.env[tableVariable('documents')]!;
const Key = { id: { S: 'moka-pot' } };
const client = new DynamoDBClient({});

async function read(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await client.send(new GetItemCommand({ TableName, Key }));
}
const readAll = (times: number) => Promise.all(Array.from({ length: CONCURRENT }, () => read(times / CONCURRENT)));

async function main(times: number): Promise<void> {
  const Item = { ...Key, name: { S: 'Moka pot' }, priceCents: { N: '3900' } };
  await client.send(new PutItemCommand({ TableName, Item }));
  await readAll(times / 2);
  console.log('begins');
  await readAll(times);
  console.log('done');
}

void main(Number(process.argv[2]));
