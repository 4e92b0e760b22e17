import { availabilityFilter } from './availability-filter.ts';
import type { Balancer } from './balancer.ts';
import { sameZoneFirst } from './same-zone-first.ts';
import { weightedResponseTime } from './weighted-response-time.ts';

/** The default rule: avoids failing instances, prefers the caller's zone, then favours fast instances. */
export const defaultBalancer = (zone: () => string | undefined = () => undefined): Balancer =>
  availabilityFilter(sameZoneFirst(weightedResponseTime(), { zone }));
