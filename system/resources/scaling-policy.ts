import type { ResourceType } from '../resource.ts';
import { arn } from './arn.ts';

/** How a service scales; the twin starts the minimum and stays there. */
export interface ScalingPolicy {
  readonly name: string | undefined;
}

/** `AWS::ApplicationAutoScaling::ScalingPolicy` */
export const scalingPolicy: ResourceType<ScalingPolicy> = {
  type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
  identity: (place) => {
    const own = arn(place, 'autoscaling', `scalingPolicy:${place.hash}:policyName/${place.name}`);
    return { ref: own, attributes: { Arn: own } };
  },
  read: (take) => {
    const still = 'the twin does not scale yet: it starts the minimum and stays there';
    for (const property of [
      'PolicyType',
      'ScalingTargetId',
      'TargetTrackingScalingPolicyConfiguration',
      'StepScalingPolicyConfiguration',
      'PredictiveScalingPolicyConfiguration',
    ])
      take.accept(property, still);
    take.accept('PolicyName', still);
    const name = take.peek('PolicyName');
    return { name: typeof name === 'string' ? name : undefined };
  },
};
