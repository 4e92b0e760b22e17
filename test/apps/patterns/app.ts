// An app as a team without Mosaic would write it: aws-ecs-patterns, an image built from a Dockerfile.
import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { ApplicationLoadBalancedFargateService } from 'aws-cdk-lib/aws-ecs-patterns';

const stack = new Stack(new App(), 'Hello');
new ApplicationLoadBalancedFargateService(stack, 'Web', {
  vpc: new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 }),
  desiredCount: 2,
  taskImageOptions: {
    image: ContainerImage.fromAsset(`${import.meta.dirname}/web`, { buildArgs: { GREETING: 'hello' } }),
    containerPort: 3000,
    environment: { WHO: 'world' },
  },
});
