/** A method of a CDK construct that grants actions on it. */
export interface Grant {
  readonly method: string;
  readonly actions: readonly string[];
}

/** What the CDK's own constructs can grant, by service, narrowest first. */
export const grants: Readonly<Record<string, readonly Grant[]>> = {
  dynamodb: [
    {
      method: 'grantReadData',
      actions: [
        'BatchGetItem',
        'Query',
        'GetItem',
        'Scan',
        'ConditionCheckItem',
        'DescribeTable',
        'GetRecords',
        'GetShardIterator',
      ],
    },
    { method: 'grantWriteData', actions: ['BatchWriteItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
    { method: 'grantStreamRead', actions: ['DescribeStream', 'ListStreams'] },
  ],
  ssm: [
    { method: 'grantRead', actions: ['GetParameter', 'GetParameters', 'GetParameterHistory', 'DescribeParameters'] },
    { method: 'grantWrite', actions: ['PutParameter'] },
  ],
  secretsmanager: [
    { method: 'grantRead', actions: ['GetSecretValue', 'DescribeSecret'] },
    { method: 'grantWrite', actions: ['PutSecretValue', 'UpdateSecret'] },
  ],
  logs: [{ method: 'grantWrite', actions: ['CreateLogStream', 'PutLogEvents'] }],
  sts: [{ method: 'grantAssumeRole', actions: ['AssumeRole'] }],
};
