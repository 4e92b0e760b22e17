import type { RequestContext } from '../../system/iam/request-context.ts';
import type { Input } from './protocol.ts';

/** Condition keys of a DynamoDB call (`dynamodb:LeadingKeys` and others), computed only when a policy asks. */
export function dynamoDbContext(
  requests: readonly Input[],
  partitionKey: string | undefined,
  enclosing?: string,
): RequestContext {
  return {
    get: (key) => {
      switch (key) {
        case 'dynamodb:leadingkeys':
          return nonEmpty(requests.flatMap((request) => leadingKeys(request, partitionKey)));
        case 'dynamodb:attributes':
          return nonEmpty([...new Set(requests.flatMap(attributes))]);
        case 'dynamodb:select':
          return text(requests[0]?.Select);
        case 'dynamodb:returnvalues':
          return text(requests[0]?.ReturnValues);
        case 'dynamodb:returnconsumedcapacity':
          return text(requests[0]?.ReturnConsumedCapacity);
        case 'dynamodb:enclosingoperation':
          return enclosing;
        default:
          return undefined;
      }
    },
  };
}

const nonEmpty = (values: readonly string[]): readonly string[] | undefined => (values.length > 0 ? values : undefined);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

type Attribute = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, Attribute>>;

function leadingKeys(request: Input, partitionKey: string | undefined): readonly string[] {
  if (partitionKey === undefined) return [];
  const item = (request.Key ?? request.Item) as Item | undefined;
  const value = item?.[partitionKey] ?? queriedKey(request, partitionKey);
  return value === undefined ? [] : Object.values(value).map(String);
}

/** The value a query compares the partition key with: `pk = :v`, `#pk = :v`, `:v = pk`. */
function queriedKey(request: Input, partitionKey: string): Attribute | undefined {
  const old = (request.KeyConditions as Record<string, { AttributeValueList?: Attribute[] }> | undefined)?.[
    partitionKey
  ];
  if (old) return old.AttributeValueList?.[0];
  const expression = text(request.KeyConditionExpression) ?? '';
  const names = (request.ExpressionAttributeNames ?? {}) as Record<string, string>;
  const values = (request.ExpressionAttributeValues ?? {}) as Item;
  for (const [, left, right] of expression.matchAll(/([#:]?[\w.-]+)\s*=\s*([#:]?[\w.-]+)/g)) {
    const [name, value] = left!.startsWith(':') ? [right!, left!] : [left!, right!];
    if ((names[name] ?? name) === partitionKey) return values[value];
  }
  return undefined;
}

const EXPRESSIONS = [
  'ProjectionExpression',
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'UpdateExpression',
];
const WORDS = new Set(['and', 'or', 'not', 'in', 'between', 'set', 'remove', 'add', 'delete']);

/** All top-level attributes a request names. */
function attributes(request: Input): readonly string[] {
  const names = (request.ExpressionAttributeNames ?? {}) as Record<string, string>;
  const inExpressions = EXPRESSIONS.flatMap((name) =>
    [...(text(request[name]) ?? '').matchAll(/(?<![\w.#:])(#?[A-Za-z_][\w-]*)(?!\s*\(|[\w-])/g)].map(
      ([, word]) => word!,
    ),
  ).filter((word) => !WORDS.has(word.toLowerCase()));
  return [
    ...Object.keys((request.Key ?? request.Item ?? {}) as Item),
    ...((request.AttributesToGet as string[] | undefined) ?? []),
    ...Object.keys((request.AttributeUpdates ?? request.Expected ?? {}) as object),
    ...inExpressions.map((word) => names[word] ?? word),
  ];
}
