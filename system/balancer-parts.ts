import type { Resource } from './resource.ts';
import { type Listener, listener } from './resources/listener.ts';
import { targetGroupsOf } from './resources/listener-action.ts';
import { type ListenerRule, listenerRule } from './resources/listener-rule.ts';
import type { LoadBalancer } from './resources/load-balancer.ts';
import { type TargetGroup, targetGroup } from './resources/target-group.ts';
import type { System } from './system.ts';

/** What the templates say of one load balancer. */
export interface BalancerParts {
  readonly loadBalancer: Resource<LoadBalancer>;
  readonly listeners: readonly Resource<Listener>[];
  readonly rules: readonly Resource<ListenerRule>[];
  /** Those that one of its listeners or rules leads to. */
  readonly targetGroups: readonly Resource<TargetGroup>[];
}

/** Gathers a load balancer and all that belongs to it. */
export const balancerParts = (system: Pick<System, 'of'>, loadBalancer: Resource<LoadBalancer>): BalancerParts => {
  const listeners = system.of(listener).filter(({ data }) => data.loadBalancer === loadBalancer.ref);
  const arns = new Set(listeners.map(({ ref }) => ref));
  const rules = system.of(listenerRule).filter(({ data }) => arns.has(data.listener ?? ''));
  const named = new Set([...listeners, ...rules].flatMap(({ data }) => targetGroupsOf(data.actions)));
  return { loadBalancer, listeners, rules, targetGroups: system.of(targetGroup).filter(({ ref }) => named.has(ref)) };
};
