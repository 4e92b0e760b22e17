import type { ResourceType } from '../resource.ts';
import type { Take } from '../take.ts';
import { arn } from './arn.ts';
import { physicalName } from './physical-name.ts';

/** A Cloud Map service: the name tasks register under. */
export interface DiscoveryService {
  /** `orders`; in a DNS namespace the first part of the host name. */
  readonly name: string | undefined;
  /** Id of its namespace. */
  readonly namespace: string | undefined;
  /** Whether DNS answers with the addresses of its tasks; false for a service found by API alone. */
  readonly hasAddresses: boolean;
  /** Whether Cloud Map knows the health of its instances, which ECS reports. */
  readonly hasHealth: boolean;
}

/** `AWS::ServiceDiscovery::Service` */
export const discoveryService: ResourceType<DiscoveryService> = {
  type: 'AWS::ServiceDiscovery::Service',
  identity: (place, property) => {
    const id = `srv-${place.hash}`;
    return {
      ref: id,
      attributes: {
        Id: id,
        Arn: arn(place, 'servicediscovery', `service/${id}`),
        get Name() {
          return physicalName(property('Name'), place.name);
        },
      },
    };
  },
  read: (take) => {
    const dns = take.object('DnsConfig');
    const dnsNamespace = dns?.string('NamespaceId');
    dns?.accept('RoutingPolicy', 'the twin answers with all healthy tasks');
    take.accept('Description', 'words for people');
    take.accept('Type', 'follows from whether it has DNS records');
    take.refuse('HealthCheckConfig', 'Route 53 cannot check the health of private addresses; remove it');
    const health = take.object('HealthCheckCustomConfig');
    health?.accept('FailureThreshold', 'AWS itself always takes 1');
    return {
      name: take.string('Name'),
      namespace: take.string('NamespaceId') ?? dnsNamespace,
      hasAddresses: (dns?.objects('DnsRecords') ?? []).map(isAddress).includes(true),
      hasHealth: health !== undefined,
    };
  },
};

const isAddress = (record: Take): boolean => {
  record.accept('TTL', 'the twin looks the tasks up each time');
  const type = record.string('Type');
  if (type !== 'A') record.refuse('Type', `the twin answers with addresses (A), not with ${type} records`);
  return type === 'A';
};
