import {
  Aspects,
  aws_dynamodb as dynamodb,
  aws_iam as iam,
  type aws_kms as kms,
  Stack,
  Stage,
  Token,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FIX_WORDS, type FixWords } from '../../contract/fix-words.ts';
import { ConstructName } from './construct-name.ts';
import { refuse } from './refusal.ts';
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
  /** The stage it belongs to, which decides what becomes of the data. */
  readonly stage: StageProfile;
  /** What documents are found by; changing it makes a new, empty table. */
  readonly partitionKey: Key;
  /** What documents of one partition key are ordered by. @default - none */
  readonly sortKey?: Key;
  /** Other ways to find documents. @default - none */
  readonly indexes?: DocumentIndex[];
  /**
   * A key of yours to encrypt the table with; whoever may use the documents may use it for them.
   * @default - DynamoDB's own key in dev, in prod the one AWS manages for the account
   */
  readonly encryptionKey?: kms.IKey;
}

const READ = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:Scan',
  'dynamodb:ConditionCheckItem',
];
const WRITE = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'];
const ACTIONS = { read: READ, readWrite: [...READ, ...WRITE] };

/** What DynamoDB does with a customer's key in the name of whoever uses the table. */
const KEY_READ = ['kms:Decrypt', 'kms:DescribeKey'];
const KEY_WRITE = [
  'kms:Encrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
];
const KEY_ACTIONS = { read: KEY_READ, readWrite: [...KEY_READ, ...KEY_WRITE] };

/** A DynamoDB table paid by request, backed up continuously and encrypted; in prod it outlives its stack. */
export class DocumentStore extends Construct {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
  /** The table, for whatever grants, alarms and streams you need. */
  readonly table: dynamodb.TableV2;
  private readonly indexNames: Set<string>;
  private readonly statements: iam.PolicyStatement[] = [];

  constructor(scope: Construct, id: string, props: DocumentStoreProps) {
    super(scope, id);
    expectStage(this, props.stage);
    this.stage = props.stage;
    if (props.encryptionKey && Token.isUnresolved(Stack.of(this).region)) {
      refuse(
        this,
        'a key belongs to a region, got encryptionKey in a stack without one; give the stack an env with a region',
      );
    }
    const { rules } = props.stage;
    const indexes = props.indexes ?? [];
    this.indexNames = new Set(indexes.map(({ name }) => name));
    this.table = new dynamodb.TableV2(this, 'Table', {
      ...keys(props),
      globalSecondaryIndexes: indexes.map((index) => ({ indexName: index.name, ...keys(index) })),
      billing: dynamodb.Billing.onDemand(),
      encryption: encryption(props),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: rules.deletionProtection,
      removalPolicy: rules.removalPolicy,
    });
    // Indexes may be added after the table's readers. Aspects of roles close their policies; the stage is visited first.
    const stage = Stage.of(this)!;
    Aspects.of(stage).add({ visit: (node) => node === stage && this.widen() });
    this.node.addMetadata(FIX_WORDS, fixWords(ConstructName.camel(id)));
  }

  /** ARNs of the table and of each of its indexes; one that is added to `table` is among them from synthesis on. */
  get arns(): readonly string[] {
    const { tableArn } = this.table;
    return [tableArn, ...[...this.indexNames].map((name) => `${tableArn}/index/${name}`)];
  }

  /** Lets someone read documents, by whatever index. */
  grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ACTIONS.read, KEY_ACTIONS.read);
  }

  /** Lets someone read and write documents. */
  grantReadWrite(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ACTIONS.readWrite, KEY_ACTIONS.readWrite);
  }

  private grant(grantee: iam.IGrantable, actions: string[], keyActions: string[]): iam.Grant {
    const granted = iam.Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [...this.arns] });
    this.statements.push(...granted.principalStatements);
    const { encryptionKey } = this.table;
    if (!encryptionKey) return granted;
    const ofKey = encryptionKey.grant(grantee, ...keyActions);
    if (!ofKey.success) {
      refuse(
        this,
        `whoever may use the documents must be allowed to use encryptionKey, got ${encryptionKey.node.path}, which ` +
          'cannot grant it; pass the key itself, found by Key.fromKeyArn or Key.fromLookup',
      );
    }
    return granted.combine(ofKey);
  }

  /** Not before synthesis: older versions of the CDK keep the list of indexes as it was when first asked for. */
  private widen(): void {
    const { globalSecondaryIndexes, localSecondaryIndexes } = this.table.node.defaultChild as dynamodb.CfnGlobalTable;
    for (const list of [globalSecondaryIndexes, localSecondaryIndexes]) {
      const indexes: { indexName: string }[] = Stack.of(this).resolve(list) ?? [];
      for (const { indexName } of indexes) this.indexNames.add(indexName);
    }
    for (const statement of this.statements) {
      const added = this.arns.filter((arn) => !statement.resources.includes(arn));
      if (added.length > 0) statement.addResources(...added);
    }
  }
}

function encryption({ stage, encryptionKey }: DocumentStoreProps): dynamodb.TableEncryptionV2 {
  if (encryptionKey) return dynamodb.TableEncryptionV2.customerManagedKey(encryptionKey);
  return stage.rules.deletionProtection
    ? dynamodb.TableEncryptionV2.awsManagedKey()
    : dynamodb.TableEncryptionV2.dynamoOwnedKey();
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
  return {
    subject,
    ways: [
      { actions: ACTIONS.read, network: false, words: `bind(Binding.read(${subject}))` },
      { actions: ACTIONS.readWrite, network: false, words: `bind(Binding.readWrite(${subject}))` },
    ],
  };
}
