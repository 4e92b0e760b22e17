import type { Place, ResourceType } from '../resource.ts';
import type { Take } from '../take.ts';
import { arn } from './arn.ts';
import { physicalName } from './physical-name.ts';

/** A DynamoDB table; its ARN is the attribute `Arn`. */
export interface DynamoTable {
  readonly key: readonly KeyPart[];
  readonly attributes: readonly { readonly name: string; readonly type: 'S' | 'N' | 'B' }[];
  readonly globalIndexes: readonly TableIndex[];
  readonly localIndexes: readonly TableIndex[];
  /** Attribute with the time after which an item may be deleted. */
  readonly timeToLive: string | undefined;
  /** View type of the stream: `NEW_AND_OLD_IMAGES`. */
  readonly stream: string | undefined;
}

export interface KeyPart {
  readonly attribute: string;
  readonly kind: 'HASH' | 'RANGE';
}

export interface TableIndex {
  readonly name: string;
  readonly key: readonly KeyPart[];
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  readonly nonKeyAttributes: readonly string[];
}

const identity = (place: Place, property: (name: string) => unknown) => {
  const name = physicalName(property('TableName'), place.name);
  const own = arn(place, 'dynamodb', `table/${name}`);
  return {
    ref: name,
    attributes: { Arn: own, StreamArn: `${own}/stream/2026-01-01T00:00:00.000`, TableId: place.hash },
  };
};

const read = (take: Take): DynamoTable => {
  take.string('TableName');
  const own = 'the twin keeps the table in a file on this machine';
  const deploy = 'nothing deletes the table of a twin but mosaic up --fresh';
  take.accept('BillingMode', 'the twin counts no capacity');
  take.accept('ProvisionedThroughput', 'the twin counts no capacity');
  take.accept('OnDemandThroughput', 'the twin counts no capacity');
  take.accept('WriteProvisionedThroughputSettings', 'the twin counts no capacity');
  take.accept('WriteOnDemandThroughputSettings', 'the twin counts no capacity');
  take.accept('SSESpecification', own);
  take.accept('PointInTimeRecoverySpecification', own);
  take.accept('TableClass', own);
  take.accept('DeletionProtectionEnabled', deploy);
  take.refuse('ResourcePolicy', 'the twin judges calls by the policies of roles, not by one on the table');
  take.refuse('ImportSourceSpecification', 'the twin imports no data from S3');
  take.refuse('KinesisStreamSpecification', 'the twin has no Kinesis');
  const replicas = 'the twin has one region';
  take.accept('Replicas', replicas);
  const ttl = take.object('TimeToLiveSpecification');
  const ttlAttribute = ttl?.string('AttributeName');
  return {
    key: readKey(take),
    attributes: take.objects('AttributeDefinitions').map((attribute) => ({
      name: attribute.string('AttributeName') ?? '',
      type: (attribute.string('AttributeType') ?? 'S') as 'S' | 'N' | 'B',
    })),
    globalIndexes: take.objects('GlobalSecondaryIndexes').map(readIndex),
    localIndexes: take.objects('LocalSecondaryIndexes').map(readIndex),
    timeToLive: (ttl?.boolean('Enabled') ?? false) ? ttlAttribute : undefined,
    stream: take.object('StreamSpecification')?.string('StreamViewType'),
  };
};

const readKey = (take: Take): readonly KeyPart[] =>
  take.objects('KeySchema').map((part) => ({
    attribute: part.string('AttributeName') ?? '',
    kind: part.string('KeyType') === 'RANGE' ? 'RANGE' : 'HASH',
  }));

const readIndex = (take: Take): TableIndex => {
  const projection = take.object('Projection');
  for (const capacity of [
    'ProvisionedThroughput',
    'OnDemandThroughput',
    'WriteProvisionedThroughputSettings',
    'WriteOnDemandThroughputSettings',
    'ContributorInsightsSpecification',
  ])
    take.accept(capacity, 'the twin counts no capacity');
  return {
    name: take.string('IndexName') ?? '',
    key: readKey(take),
    projection: (projection?.string('ProjectionType') ?? 'ALL') as TableIndex['projection'],
    nonKeyAttributes: projection?.strings('NonKeyAttributes') ?? [],
  };
};

/** `AWS::DynamoDB::Table` */
export const dynamoTable: ResourceType<DynamoTable> = { type: 'AWS::DynamoDB::Table', identity, read };

/** `AWS::DynamoDB::GlobalTable` */
export const dynamoGlobalTable: ResourceType<DynamoTable> = { type: 'AWS::DynamoDB::GlobalTable', identity, read };
