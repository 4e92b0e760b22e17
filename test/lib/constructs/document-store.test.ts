import { describe, expect, it } from '@jest/globals';
import { aws_dynamodb as dynamodb, aws_iam as iam, aws_kms as kms, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { FIX_WORDS, type FixWords } from '../../../contract/fix-words.ts';
import { Binding } from '../../../lib/constructs/binding.ts';
import { DocumentStore } from '../../../lib/constructs/document-store.ts';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { expectLeastPrivilege } from '../../../lib/testing/least-privilege.ts';
import { someImage, testStack } from './test-stack.ts';

const TABLE = 'AWS::DynamoDB::GlobalTable';

function make(stage: StageProfile) {
  const stack = testStack();
  const store = new DocumentStore(stack, 'OrderLines', {
    stage,
    partitionKey: 'order',
    sortKey: { name: 'line', type: 'number' },
    indexes: [{ name: 'bySku', partitionKey: 'sku' }],
  });
  return { stack, store, template: Template.fromStack(stack) };
}

const dev = make(StageProfile.dev('dev'));
const prod = make(StageProfile.prod('prod'));

describe('DocumentStore', () => {
  it('is paid by request and backed up continuously, in every stage', () => {
    for (const { template } of [dev, prod]) {
      template.hasResourceProperties(TABLE, {
        BillingMode: 'PAY_PER_REQUEST',
        TableName: Match.absent(),
        Replicas: [Match.objectLike({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })],
      });
    }
  });

  it('outlives its stack in prod, guarded against deletion and with a key whose use is logged', () => {
    prod.template.hasResource(TABLE, {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        Replicas: [Match.objectLike({ DeletionProtectionEnabled: true })],
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      },
    });
  });

  it('goes with its stack in dev', () => {
    dev.template.hasResource(TABLE, {
      DeletionPolicy: 'Delete',
      Properties: { Replicas: [Match.objectLike({ DeletionProtectionEnabled: false })] },
    });
  });

  it('has the keys and indexes it was given', () => {
    dev.template.hasResourceProperties(TABLE, {
      KeySchema: [
        { AttributeName: 'order', KeyType: 'HASH' },
        { AttributeName: 'line', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: Match.arrayWith([{ AttributeName: 'line', AttributeType: 'N' }]),
      GlobalSecondaryIndexes: [
        Match.objectLike({ IndexName: 'bySku', KeySchema: [{ AttributeName: 'sku', KeyType: 'HASH' }] }),
      ],
    });
  });

  it('leaves the words that grant each kind of access, narrowest first', () => {
    const { data } = dev.store.node.metadata.find(({ type }) => type === FIX_WORDS)!;
    const { subject, ways } = data as FixWords;
    expect(subject).toBe('orderLines');
    expect(ways.map(({ words }) => words)).toEqual([
      'bind(Binding.read(orderLines))',
      'bind(Binding.readWrite(orderLines))',
    ]);
    expect(ways[0]!.actions).toContain('dynamodb:Query');
    expect(ways[0]!.actions).not.toContain('dynamodb:PutItem');
    expect(ways[1]!.actions).toEqual(expect.arrayContaining(['dynamodb:Query', 'dynamodb:PutItem']));
  });

  it('stands beside another, and synthesizes without warnings', () => {
    const { stack } = dev;
    new DocumentStore(stack, 'Other', { stage: StageProfile.dev('dev'), partitionKey: 'id' });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
    expect(stack.node.findAll().filter((node) => node instanceof DocumentStore)).toHaveLength(2);
  });
});

it('refuses a key in a stack of no region, of which the CDK could not say which key is meant', () => {
  const stack = new Stack(undefined, 'Nowhere');
  const encryptionKey = new kms.Key(stack, 'Key');
  const props = { stage: StageProfile.dev('dev'), partitionKey: 'id' };
  expect(() => new DocumentStore(stack, 'Lines', { ...props, encryptionKey })).toThrow(
    'Nowhere/Lines: a key belongs to a region, got encryptionKey in a stack without one; give the stack an env with a region',
  );
  expect(() => new DocumentStore(stack, 'Other', props)).not.toThrow();
});

describe('whoever is bound to a store', () => {
  const stage = StageProfile.prod('prod');

  /** What a service bound to a store may do, after the store has been given more. */
  function statementsOf(
    bind: typeof Binding.read,
    encrypted: boolean,
    more: (store: DocumentStore) => void = () => {},
  ) {
    const stack = testStack();
    const encryptionKey = encrypted ? new kms.Key(stack, 'Key', { enableKeyRotation: true }) : undefined;
    const store = new DocumentStore(stack, 'Lines', { stage, partitionKey: 'id', sortKey: 'line', encryptionKey });
    const platform = ServicePlatform.fromContract(stack, 'Platform', { stage });
    new Microservice(stack, 'Orders', { platform, image: someImage }).bind(bind(store));
    more(store);
    expectLeastPrivilege(stack);
    const template = Template.fromStack(stack);
    const policies = Object.values(
      template.findResources('AWS::IAM::Policy', {
        Properties: { Roles: [{ Ref: Match.stringLikeRegexp('TaskRole') }] },
      }),
    );
    const statements: { Action: string[]; Resource: unknown }[] = policies.flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    return { template, statements };
  }
  const resources = (statements: { Resource: unknown }[]) => JSON.stringify(statements.map(({ Resource }) => Resource));

  it('may use indexes that are added to the table later', () => {
    const added = statementsOf(Binding.read, false, ({ table }) => {
      table.addGlobalSecondaryIndex({
        indexName: 'bySku',
        partitionKey: { name: 'sku', type: dynamodb.AttributeType.STRING },
      });
      table.addLocalSecondaryIndex({
        indexName: 'byDay',
        sortKey: { name: 'day', type: dynamodb.AttributeType.STRING },
      });
    });
    expect(resources(added.statements)).toContain('/index/bySku');
    expect(resources(added.statements)).toContain('/index/byDay');
    expect(resources(statementsOf(Binding.read, false).statements)).not.toContain('/index/');
  });

  it('may use them though it was made before the store, and uses another store as well', () => {
    const stack = testStack();
    const platform = ServicePlatform.fromContract(stack, 'Platform', { stage });
    const orders = new Microservice(stack, 'Orders', { platform, image: someImage });
    const [lines, prices] = ['Lines', 'Prices'].map(
      (id) => new DocumentStore(stack, id, { stage, partitionKey: 'id' }),
    );
    orders.bind(Binding.read(lines!), Binding.read(prices!));
    const partitionKey = { name: 'sku', type: dynamodb.AttributeType.STRING };
    lines!.table.addGlobalSecondaryIndex({ indexName: 'bySku', partitionKey });
    const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const readable = policies
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as { Action: string[]; Resource: unknown }[])
      .filter(({ Action }) => Action.includes('dynamodb:Query'))
      .flatMap(({ Resource }) => Resource)
      .map((resource) => JSON.stringify(resource));
    expect(readable.toSorted()).toEqual([
      expect.stringMatching(/^\{"Fn::GetAtt":\["Lines\w+","Arn"\]\}$/),
      expect.stringMatching(/^\{"Fn::GetAtt":\["Prices\w+","Arn"\]\}$/),
      expect.stringMatching(/^\{"Fn::Join".*"Lines.*\/index\/bySku/),
    ]);
  });

  it('is refused if its key is known by an alias, which can grant nothing', () => {
    const stack = testStack();
    stack.node.setContext('@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal', false);
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    const grant = (id: string, encryptionKey: kms.IKey) => () =>
      new DocumentStore(stack, id, { stage, partitionKey: 'id', encryptionKey }).grantRead(role);
    const alias = kms.Alias.fromAliasName(stack, 'Alias', 'alias/shop');
    expect(grant('Lines', alias)).toThrow(
      'Test/Lines: whoever may use the documents must be allowed to use encryptionKey, got Test/Alias, which cannot',
    );
    expect(grant('Other', new kms.Key(stack, 'Key'))).not.toThrow();
  });

  it('may use the key that it is encrypted with, to read or to write', () => {
    const { template, statements } = statementsOf(Binding.read, true);
    const key = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] };
    template.hasResourceProperties(TABLE, {
      Replicas: [Match.objectLike({ SSESpecification: { KMSMasterKeyId: key } })],
    });
    const ofKey = (all: typeof statements) =>
      all.flatMap(({ Action }) => Action).filter((one) => one.startsWith('kms:'));
    expect(ofKey(statements)).toEqual(['kms:Decrypt', 'kms:DescribeKey']);
    const writes = ofKey(statementsOf(Binding.readWrite, true).statements);
    expect(writes).toEqual(expect.arrayContaining(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']));
    expect(ofKey(statementsOf(Binding.readWrite, false).statements)).toEqual([]);
  });
});
