import { describe, expect, it } from '@jest/globals';
import { dynamoGlobalTable, dynamoTable } from '../../../system/resources/dynamo-table.ts';
import { readOne } from './read-one.ts';

describe.each([dynamoTable, dynamoGlobalTable])('$type', (type) => {
  it('reads keys, indexes, expiry and stream', () => {
    const { data, refused, accepted } = readOne(type, {
      TableName: 'Orders',
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byTime',
          KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['total'] },
        },
      ],
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      BillingMode: 'PAY_PER_REQUEST',
    });
    expect(data).toEqual({
      key: [
        { attribute: 'id', kind: 'HASH' },
        { attribute: 'at', kind: 'RANGE' },
      ],
      attributes: [
        { name: 'id', type: 'S' },
        { name: 'at', type: 'N' },
      ],
      globalIndexes: [
        {
          name: 'byTime',
          key: [{ attribute: 'at', kind: 'HASH' }],
          projection: 'INCLUDE',
          nonKeyAttributes: ['total'],
        },
      ],
      localIndexes: [],
      timeToLive: 'expires',
      stream: 'NEW_IMAGE',
    });
    expect([refused, accepted]).toEqual([[], ['BillingMode']]);
  });

  it('has no expiry where it is switched off', () => {
    const TimeToLiveSpecification = { AttributeName: 'expires', Enabled: false };
    expect(readOne(type, { TimeToLiveSpecification }).data.timeToLive).toBeUndefined();
  });
});
