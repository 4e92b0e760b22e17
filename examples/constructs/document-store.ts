import { aws_cloudwatch as cloudwatch, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DocumentStore, StageProfile } from '../../lib/constructs/index.ts';

export class ProductsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const products = new DocumentStore(this, 'Products', {
      stage: StageProfile.prod('prod'),
      partitionKey: 'id',
      sortKey: { name: 'revision', type: 'number' },
      indexes: [{ name: 'byCategory', partitionKey: 'category' }],
    });
    // `table` is the CDK's own construct, with everything it can do.
    const throttled = products.table.metricThrottledRequestsForOperation('GetItem');
    new cloudwatch.Alarm(this, 'Throttled', { metric: throttled, threshold: 1, evaluationPeriods: 5 });
  }
}
