import type { ResourceType } from '../resource.ts';

/** The limits between which a service scales. */
export interface ScalableTarget {
  /** `service/<cluster>/<service>` for a service. */
  readonly resource: string | undefined;
  readonly minCapacity: number | undefined;
}

/** `AWS::ApplicationAutoScaling::ScalableTarget` */
export const scalableTarget: ResourceType<ScalableTarget> = {
  type: 'AWS::ApplicationAutoScaling::ScalableTarget',
  identity: (place, property) => {
    const id = (): string =>
      [property('ResourceId'), property('ScalableDimension'), property('ServiceNamespace')].map(String).join('|');
    return {
      ref: `scalable-target-${place.hash}`,
      attributes: {
        get Id() {
          return id();
        },
      },
    };
  },
  read: (take) => {
    const still = 'the twin does not scale yet: it starts the minimum and stays there';
    take.accept('MaxCapacity', still);
    take.accept('ScheduledActions', still);
    take.accept('SuspendedState', still);
    take.accept('RoleARN', still);
    take.accept('ScalableDimension', 'follows from the resource');
    take.accept('ServiceNamespace', 'follows from the resource');
    if (take.peek('ServiceNamespace') !== 'ecs') take.acceptAll('the twin counts no capacity');
    return {
      resource: take.string('ResourceId'),
      minCapacity: take.number('MinCapacity'),
    };
  },
};
