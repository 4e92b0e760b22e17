import http from 'node:http';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({});
const TableName = process.env.TABLE;

http
  .createServer(async (request, response) => {
    const id = request.url.slice(1);
    try {
      if (request.method === 'PUT') {
        await dynamodb.send(
          new PutItemCommand({ TableName, Item: { id: { S: id }, at: { S: new Date().toISOString() } } }),
        );
        return response.writeHead(204).end();
      }
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
      response.writeHead(Item ? 200 : 404).end(JSON.stringify(Item ?? {}));
    } catch (error) {
      response.writeHead(500).end(`${error.name}: ${error.message}`);
    }
  })
  .listen(3000);
