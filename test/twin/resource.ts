import type { Resource } from '../../system/resource.ts';

/** A resource as a test needs it: known by its logical id. */
export const resource = <T>(logicalId: string, data: T): Resource<T> => ({
  id: `Edge/${logicalId}`,
  stack: 'Edge',
  logicalId,
  type: 'Test',
  path: `dev/Edge/${logicalId}/Resource`,
  ref: logicalId,
  attributes: { DNSName: `${logicalId.toLowerCase()}.elb.amazonaws.com` },
  dependsOn: [],
  data,
});
