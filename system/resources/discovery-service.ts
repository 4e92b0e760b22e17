import type { ResourceType } from '../resource.ts';
import { arn } from './arn.ts';
import { physicalName } from './physical-name.ts';

/** A Cloud Map service: the name tasks register under. */
export interface DiscoveryService {
  /** `orders`; in a DNS namespace the first part of the host name. */
  readonly name: string | undefined;
  /** Id of its namespace. */
  readonly namespace: string | undefined;
  /** What DNS answers; empty for a service found by API alone. */
  readonly records: readonly { readonly type: string; readonly ttlSeconds: number }[];
  /** Whether DNS answers with all instances or one of them. */
  readonly routing: 'MULTIVALUE' | 'WEIGHTED';
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
    const routing = dns?.string('RoutingPolicy');
    take.accept('Description', 'words for people');
    take.accept('HealthCheckCustomConfig', 'a task is registered while it is healthy, as ECS does it');
    take.accept('Type', 'follows from whether it has DNS records');
    take.refuse('HealthCheckConfig', 'Route 53 cannot check the health of private addresses; remove it');
    return {
      name: take.string('Name'),
      namespace: take.string('NamespaceId') ?? dnsNamespace,
      records: (dns?.objects('DnsRecords') ?? []).map((record) => ({
        type: record.string('Type') ?? 'A',
        ttlSeconds: record.number('TTL') ?? 60,
      })),
      routing: routing === 'WEIGHTED' ? 'WEIGHTED' : 'MULTIVALUE',
    };
  },
};
