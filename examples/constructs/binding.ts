import { Duration, Stack, type StackProps, aws_s3 as s3 } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  Binding,
  DocumentStore,
  type IBinding,
  Microservice,
  ServiceImage,
  ServicePlatform,
  StageProfile,
} from '../../lib/constructs/index.ts';

export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const stage = StageProfile.prod('prod');
    const platform = ServicePlatform.fromContract(this, 'Platform', { stage });
    const catalog = Microservice.fromContract(this, 'Catalog', { stage });
    const drafts = new DocumentStore(this, 'Drafts', { stage, partitionKey: 'id' });
    const orders = new Microservice(this, 'Orders', { platform, image: ServiceImage.fromSource('services/catalog') });

    // A binding of your own: all that a service needs to use something, in one place.
    const bucket = new s3.Bucket(this, 'Invoices', { enforceSSL: true });
    const invoices: IBinding = {
      bind(service) {
        bucket.grantPut(service);
        service.addEnvironment('INVOICES_BUCKET', bucket.bucketName);
      },
    };
    orders.bind(Binding.call(catalog, { timeout: Duration.seconds(2) }), Binding.readWrite(drafts), invoices);
  }
}
