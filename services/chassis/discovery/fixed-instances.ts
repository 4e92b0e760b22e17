import { httpUrl } from '../http-url.ts';
import type { Discovery } from './discovery.ts';

/** Instances that never change, by address: `http://10.0.1.4:8080`. */
export function fixedInstances(origins: readonly string[]): Discovery {
  const instances = origins.map((text) => {
    const { origin } = httpUrl('fixedInstances', text);
    return { id: origin, origin, zone: undefined };
  });
  return { instances: () => instances, doubt() {}, close() {} };
}
