import { aws_ec2 as ec2, aws_ecs as ecs, type Stack } from 'aws-cdk-lib';

/** A service as the CDK makes it where nobody says more, in a stack that has its own network. */
export function plainService(
  stack: Stack,
  container: Partial<ecs.ContainerDefinitionOptions> = {},
  props: Partial<ecs.FargateServiceProps> = {},
): ecs.FargateService {
  const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a', 'us-east-1b'] });
  const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
  const image = ecs.ContainerImage.fromRegistry('registry.example.com/app:1');
  taskDefinition.addContainer('app', { image, ...container });
  return new ecs.FargateService(stack, 'Service', {
    cluster: new ecs.Cluster(stack, 'Cluster', { vpc }),
    taskDefinition,
    ...props,
  });
}
