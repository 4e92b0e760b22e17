import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Discovery, Microservice, ServiceImage, ServicePlatform, StageProfile } from '../../lib/constructs/index.ts';

export class StockStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const platform = ServicePlatform.fromContract(this, 'Platform', { stage: StageProfile.prod('prod') });
    // Callers ask Cloud Map for the tasks and balance over them, by the rules of the chassis.
    new Microservice(this, 'Stock', {
      platform,
      image: ServiceImage.fromSource('services/catalog'),
      discovery: Discovery.cloudMap(),
    });
  }
}
