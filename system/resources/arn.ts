import { partitionOf } from '../../assembly/partition.ts';
import type { Place } from '../resource.ts';

/** An ARN in the account and region of a resource or a system: `arn(place, 'ecs', 'cluster/shop')`. */
export const arn = (place: Pick<Place, 'account' | 'region'>, service: string, resource: string): string =>
  `arn:${partitionOf(place.region)}:${service}:${place.region}:${place.account}:${resource}`;

/** An ARN of a service that knows no region (IAM) or neither region nor account (S3). */
export const globalArn = (
  place: Pick<Place, 'account' | 'region'>,
  service: string,
  resource: string,
  account = place.account,
): string => `arn:${partitionOf(place.region)}:${service}::${account}:${resource}`;

/** What follows the last slash of an ARN, such as a cluster's name; a bare name stays as it is. */
export const lastPart = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
