import { partitionOf } from '../../assembly/partition.ts';
import type { Place } from '../resource.ts';

/** An ARN in the account and region of a resource: `arn(place, 'ecs', 'cluster/shop')`. */
export const arn = (place: Place, service: string, resource: string): string =>
  `arn:${partitionOf(place.region)}:${service}:${place.region}:${place.account}:${resource}`;

/** An ARN of a service that knows no region (IAM) or neither region nor account (S3). */
export const globalArn = (place: Place, service: string, resource: string, account = place.account): string =>
  `arn:${partitionOf(place.region)}:${service}::${account}:${resource}`;
