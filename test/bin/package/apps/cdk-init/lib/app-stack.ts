import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { Binding, DocumentStore, Edge, Microservice, ServiceImage, ServicePlatform, StageProfile } from 'mosaic-cdk';

export class AppStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc, enableFargateCapacityProviders: true });
    const stage = StageProfile.dev('dev');
    const platform = new ServicePlatform(this, 'Platform', { stage, vpc, cluster });
    const orders = new Microservice(this, 'Orders', { platform, image: ServiceImage.fromSource('services/orders') });
    orders.bind(Binding.readWrite(new DocumentStore(this, 'OrderData', { stage, partitionKey: 'id' })));
    const edge = new Edge(this, 'Edge', { platform });
    edge.route('GET /orders', orders, { public: 'the number of orders is no secret' });
  }
}
