import { describe, expect, it } from '@jest/globals';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { FIX_WORDS, type FixWords } from '../../../contract/fix-words.ts';
import { DocumentStore } from '../../../lib/constructs/document-store.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { testStack } from './test-stack.ts';

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
