// One construct in a stack that already has a VPC, a cluster and a table.
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster } from 'aws-cdk-lib/aws-ecs';
import { Microservice, ServiceImage, ServicePlatform, StageProfile } from '../../lib/constructs/index.ts';

const stack = new Stack(new App(), 'Shop', { env: { account: '111111111111', region: 'us-east-1' } });
const vpc = new Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a', 'us-east-1b'], natGateways: 1 });
const cluster = new Cluster(stack, 'Cluster', { vpc, enableFargateCapacityProviders: true });
const table = new TableV2(stack, 'Orders', {
  partitionKey: { name: 'id', type: AttributeType.STRING },
  removalPolicy: RemovalPolicy.DESTROY,
});

const platform = new ServicePlatform(stack, 'Platform', { stage: StageProfile.dev('dev'), vpc, cluster });
const image = ServiceImage.fromDockerfile(`${import.meta.dirname}/orders`, {
  healthCommand: [
    'CMD-SHELL',
    'node -e "fetch(\'http://localhost:8080/health\').then((answer) => process.exit(answer.ok ? 0 : 1))"',
  ],
});
const orders = new Microservice(stack, 'OrdersService', { platform, image });
table.grantReadWriteData(orders); // every grant of the CDK works
