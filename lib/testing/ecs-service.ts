import type { Resource, SynthesizedStack } from './synthesized.ts';

/** An ECS service of a stack, with the task definition it runs. */
export interface EcsService {
  readonly service: Resource;
  readonly task: Resource;
}

/** The services of a stack whose task definition is in the stack as well. */
export function ecsServicesOf({ resources }: SynthesizedStack): EcsService[] {
  const services = resources.filter(({ type }) => type === 'AWS::ECS::Service');
  return services.flatMap((service) => {
    const task = resources.find(({ logicalId }) => logicalId === service.properties.TaskDefinition?.Ref);
    return task ? [{ service, task }] : [];
  });
}
