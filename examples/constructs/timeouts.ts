import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Microservice, ServiceImage, ServicePlatform, StageProfile, Timeouts } from '../../lib/constructs/index.ts';

export class ReportsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const platform = ServicePlatform.fromContract(this, 'Platform', { stage: StageProfile.prod('prod') });
    // A query of our own must give up before the service has to answer.
    const patience = Timeouts.deadline.request.minus(Duration.seconds(2));
    new Microservice(this, 'Reports', {
      platform,
      image: ServiceImage.fromSource('services/catalog'),
      environment: { QUERY_TIMEOUT_MS: String(patience.toMilliseconds()) },
    });
  }
}
