import { availabilityFilter } from './availability-filter.ts';
import type { Balancer } from './balancer.ts';
import { sameZoneFirst } from './same-zone-first.ts';
import { weightedResponseTime } from './weighted-response-time.ts';

/** What suits most: not where it fails, rather near than far, rather where it is quick. */
export const defaultBalancer = (zone: () => string | undefined = () => undefined): Balancer =>
  availabilityFilter(sameZoneFirst(weightedResponseTime(), { zone }));
