import { type CfnElement, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import { type Resource, type SynthesizedStack, synthesized } from './synthesized.ts';

/** An ECS service of a stack, with the task definition it runs. */
export interface EcsService {
  readonly service: Resource;
  /** None where the app only has its ARN. */
  readonly task: Resource | undefined;
  readonly stack: SynthesizedStack;
}

/** The services of a stack; the task definition of each may be in another stack of the app. */
export function ecsServicesOf(stack: SynthesizedStack): EcsService[] {
  const services = stack.resources.filter(({ type }) => type === 'AWS::ECS::Service');
  return services.map((service) => {
    const task = stack.resources.find(({ logicalId }) => logicalId === service.properties.TaskDefinition?.Ref);
    return { service, task: task ?? taskElsewhere(service), stack };
  });
}

/** The containers of a service's task definition as its template has them. */
// biome-ignore lint/suspicious/noExplicitAny: templates are of every shape
export const containersOf = ({ task }: EcsService): any[] => task?.properties.ContainerDefinitions ?? [];

/** The task definition of another stack: the template has an import only, the construct still knows what it means. */
function taskElsewhere({ element }: Resource): Resource | undefined {
  const { taskDefinition } = (element ?? {}) as { taskDefinition?: unknown };
  if (typeof taskDefinition !== 'string') return undefined;
  const token = Tokenization.reverseString(taskDefinition).firstToken;
  if (!Reference.isReference(token)) return undefined;
  const [stack] = synthesized(Stack.of(token.target));
  return stack!.resources.find(({ element }) => element === (token.target as CfnElement));
}
