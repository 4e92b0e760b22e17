import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { SpanKind } from '@opentelemetry/api';
import { awsClientTimes, type Context, inSpan } from '../chassis/index.ts';
import type { Product } from './product.ts';

export interface ProductStoreProps {
  readonly table: string;
  readonly region: string;
  /** Longest a request of the service may take; limits its calls. */
  readonly requestTimeoutMs: number;
}

/** Some products, and the id of the last one if there are more. */
export interface ProductPage {
  readonly products: readonly Product[];
  readonly last: string | undefined;
}

/** The products, in DynamoDB. */
export class ProductStore {
  readonly #table: string;
  readonly #documents: DynamoDBDocumentClient;

  constructor({ table, region, requestTimeoutMs }: ProductStoreProps) {
    this.#table = table;
    this.#documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region, ...awsClientTimes(requestTimeoutMs) }));
  }

  /** The product with this id. */
  async get(id: string, context: Context): Promise<Product | undefined> {
    const command = new GetCommand({ TableName: this.#table, Key: { id } });
    const { Item } = await this.#call('GetItem', context, (options) => this.#documents.send(command, options));
    return Item && productOf(Item as Product);
  }

  /** At most `limit` products, those after `after`, in the table's own order, which is stable. */
  async page(limit: number, after: string | undefined, context: Context): Promise<ProductPage> {
    const command = new ScanCommand({
      TableName: this.#table,
      Limit: limit,
      ExclusiveStartKey: after === undefined ? undefined : { id: after },
    });
    const answer = await this.#call('Scan', context, (options) => this.#documents.send(command, options));
    const { Items = [], LastEvaluatedKey } = answer;
    return { products: (Items as Product[]).map(productOf), last: LastEvaluatedKey?.id };
  }

  /** Adds a product unless there is one with its id; resolves with whether it did. */
  async add(product: Product, context: Context): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.#table,
      Item: product,
      ConditionExpression: 'attribute_not_exists(id)',
    });
    return this.#call('PutItem', context, async (options) => {
      try {
        await this.#documents.send(command, options);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    });
  }

  /** Sends within a span of its own, at most until the request's deadline. */
  #call<T>(
    operation: string,
    context: Context,
    send: (options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    return inSpan(context, `DynamoDB ${operation}`, ({ deadline }) => send({ abortSignal: deadline.signal }), {
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'aws.dynamodb',
        'db.operation.name': operation,
        'db.collection.name': this.#table,
      },
    });
  }
}

/** A product with its properties in the order readers expect; the attributes of an item have none. */
const productOf = ({ id, name, description, category, priceCents, currency }: Product): Product => ({
  id,
  name,
  description,
  category,
  priceCents,
  currency,
});
