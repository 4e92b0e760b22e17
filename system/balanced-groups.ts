import { listener } from './resources/listener.ts';
import { targetGroupsOf } from './resources/listener-action.ts';
import { listenerRule } from './resources/listener-rule.ts';
import { loadBalancer } from './resources/load-balancer.ts';
import { targetGroup } from './resources/target-group.ts';
import type { System } from './system.ts';

/** ARNs of the target groups some balancer of the system leads to: the others' tasks are checked by nobody. */
export const balancedGroups = (system: Pick<System, 'of' | 'find'>): ReadonlySet<string> => {
  const listeners = system.of(listener).filter(({ data }) => system.find(loadBalancer, data.loadBalancer ?? ''));
  const arns = new Set(listeners.map(({ ref }) => ref));
  const rules = system.of(listenerRule).filter(({ data }) => arns.has(data.listener ?? ''));
  const named = [...listeners, ...rules].flatMap(({ data }) => targetGroupsOf(data.actions));
  return new Set(named.filter((group) => system.find(targetGroup, group)));
};
