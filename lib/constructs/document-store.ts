import { aws_dynamodb as dynamodb } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FIX_WORDS, type FixWords } from '../../contract/fix-words.ts';
import { ConstructName } from './construct-name.ts';
import { expectStage, type StageProfile } from './stage-profile.ts';

/** A key attribute. A bare name is a string. */
export type Key = string | { readonly name: string; readonly type: 'string' | 'number' | 'binary' };

/** Another way to find documents. */
export interface DocumentIndex {
  /** Its name, as queries give it. */
  readonly name: string;
  /** What documents are found by. */
  readonly partitionKey: Key;
  /** What documents of one partition key are ordered by. @default - none */
  readonly sortKey?: Key;
}

/** What a {@link DocumentStore} is made of. */
export interface DocumentStoreProps {
  /** The stage it belongs to: decides what becomes of the data. */
  readonly stage: StageProfile;
  /** What documents are found by; another one is a new, empty table. */
  readonly partitionKey: Key;
  /** What documents of one partition key are ordered by. @default - none */
  readonly sortKey?: Key;
  /** Other ways to find documents. @default - none */
  readonly indexes?: DocumentIndex[];
}

/** What one may do with documents. */
export const DocumentActions = {
  read: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:ConditionCheckItem'],
  write: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
};

/** A DynamoDB table paid by request, backed up continuously and encrypted; in prod it outlives its stack. */
export class DocumentStore extends Construct {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
  /** The table, for whatever grants, alarms and streams you need. */
  readonly table: dynamodb.TableV2;
  /** ARNs of the table and of each of its indexes. */
  readonly arns: readonly string[];

  constructor(scope: Construct, id: string, props: DocumentStoreProps) {
    super(scope, id);
    expectStage(this, props.stage);
    this.stage = props.stage;
    const { rules } = props.stage;
    const indexes = props.indexes ?? [];
    this.table = new dynamodb.TableV2(this, 'Table', {
      ...keys(props),
      globalSecondaryIndexes: indexes.map((index) => ({ indexName: index.name, ...keys(index) })),
      billing: dynamodb.Billing.onDemand(),
      encryption: rules.deletionProtection
        ? dynamodb.TableEncryptionV2.awsManagedKey()
        : dynamodb.TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: rules.deletionProtection,
      removalPolicy: rules.removalPolicy,
    });
    this.arns = [this.table.tableArn, ...indexes.map(({ name }) => `${this.table.tableArn}/index/${name}`)];
    this.node.addMetadata(FIX_WORDS, fixWords(ConstructName.camel(id)));
  }
}

function keys({ partitionKey, sortKey }: { partitionKey: Key; sortKey?: Key }) {
  return { partitionKey: attribute(partitionKey), sortKey: sortKey === undefined ? undefined : attribute(sortKey) };
}

function attribute(key: Key): dynamodb.Attribute {
  if (typeof key === 'string') return { name: key, type: dynamodb.AttributeType.STRING };
  const types = {
    string: dynamodb.AttributeType.STRING,
    number: dynamodb.AttributeType.NUMBER,
    binary: dynamodb.AttributeType.BINARY,
  };
  return { name: key.name, type: types[key.type] };
}

function fixWords(subject: string): FixWords {
  const { read, write } = DocumentActions;
  return {
    subject,
    ways: [
      { actions: read, network: false, words: `bind(Binding.read(${subject}))` },
      { actions: [...read, ...write], network: false, words: `bind(Binding.readWrite(${subject}))` },
    ],
  };
}
