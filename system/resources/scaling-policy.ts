import type { ResourceType } from '../resource.ts';
import { arn } from './arn.ts';

/** How a service scales; the twin starts the minimum and stays there. */
export interface ScalingPolicy {
  readonly name: string | undefined;
}

/** `AWS::ApplicationAutoScaling::ScalingPolicy` */
export const scalingPolicy: ResourceType<ScalingPolicy> = {
  type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
  inert: 'the twin does not scale yet: it starts the minimum and stays there',
  identity: (place) => {
    const own = arn(place, 'autoscaling', `scalingPolicy:${place.hash}:policyName/${place.name}`);
    return { ref: own, attributes: { Arn: own } };
  },
  read: (take) => ({ name: take.string('PolicyName') }),
};
