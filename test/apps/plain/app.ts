// Two services of plain L2 constructs: they find each other by Cloud Map DNS, one of them owns a table.
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Port, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition, LogDrivers } from 'aws-cdk-lib/aws-ecs';
import { ApplicationLoadBalancer, ApplicationProtocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

const stack = new Stack(new App(), 'Notes', { env: { account: '123456789012', region: 'eu-west-1' } });
Object.defineProperty(stack, 'availabilityZones', { value: ['eu-west-1a', 'eu-west-1b'] });
const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
const cluster = new Cluster(stack, 'Cluster', { vpc, defaultCloudMapNamespace: { name: 'notes.local' } });
const table = new TableV2(stack, 'Notes', {
  partitionKey: { name: 'id', type: AttributeType.STRING },
  removalPolicy: RemovalPolicy.DESTROY,
});

function serviceOf(name: string, environment: Record<string, string>): FargateService {
  const taskDefinition = new FargateTaskDefinition(stack, `${name}Task`);
  taskDefinition.addContainer('app', {
    image: ContainerImage.fromAsset(`${import.meta.dirname}/${name.toLowerCase()}`),
    portMappings: [{ containerPort: 3000 }],
    environment,
    logging: LogDrivers.awsLogs({ streamPrefix: name }),
  });
  return new FargateService(stack, name, {
    cluster,
    taskDefinition,
    desiredCount: 2,
    minHealthyPercent: 100,
    cloudMapOptions: { name: name.toLowerCase() },
  });
}

const store = serviceOf('Store', { TABLE: table.tableName });
const front = serviceOf('Front', { STORE: 'http://store.notes.local:3000', TABLE: table.tableName });
front.node.addDependency(store);
table.grantReadWriteData(store.taskDefinition.taskRole);
if (!process.env.WITHOUT_RULE) store.connections.allowFrom(front, Port.tcp(3000));

const balancer = new ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true });
balancer.addListener('Http', { port: 80 }).addTargets('Front', {
  port: 3000,
  protocol: ApplicationProtocol.HTTP,
  targets: [front],
  healthCheck: { path: '/health' },
});
