import type { ResourceType } from '../resource.ts';
import { arn } from './arn.ts';
import { ONE_NETWORK } from './vpc.ts';

/** A Cloud Map namespace whose services have DNS names inside a VPC. */
export interface PrivateDnsNamespace {
  /** `shop.local` */
  readonly name: string | undefined;
}

/** `AWS::ServiceDiscovery::PrivateDnsNamespace` */
export const privateDnsNamespace: ResourceType<PrivateDnsNamespace> = {
  type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
  identity: (place) => {
    const id = `ns-${place.hash}`;
    return {
      ref: id,
      attributes: {
        Id: id,
        Arn: arn(place, 'servicediscovery', `namespace/${id}`),
        HostedZoneId: `Z${place.hash.toUpperCase()}`,
      },
    };
  },
  read: (take) => {
    take.accept('Description', 'words for people');
    take.accept('Properties', 'the twin answers at once, whatever the zone tells caches');
    take.accept('Vpc', ONE_NETWORK);
    return { name: take.string('Name') };
  },
};
