import type { ResourceType } from '../resource.ts';
import { arn } from './arn.ts';
import { readAttributes } from './load-balancer-attributes.ts';
import { physicalName } from './physical-name.ts';

/** An Application Load Balancer; its listeners name it. */
export interface LoadBalancer {
  readonly scheme: 'internet-facing' | 'internal';
  /** Security groups, by id. */
  readonly groups: readonly string[];
  readonly subnets: readonly string[];
  /** How long an idle connection is kept. */
  readonly idleTimeoutSeconds: number;
  /** Whether it drops headers whose names have characters other than letters, digits and hyphens. */
  readonly dropsInvalidHeaders: boolean;
}

/** `AWS::ElasticLoadBalancingV2::LoadBalancer` */
export const loadBalancer: ResourceType<LoadBalancer> = {
  type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  identity: (place, property) => {
    const name = physicalName(property('Name'), `${place.name.slice(0, 22)}-${place.hash.slice(0, 8)}`);
    const fullName = `${property('Type') === 'network' ? 'net' : 'app'}/${name}/${place.hash.slice(0, 16)}`;
    const own = arn(place, 'elasticloadbalancing', `loadbalancer/${fullName}`);
    const internal = property('Scheme') === 'internal' ? 'internal-' : '';
    return {
      ref: own,
      attributes: {
        LoadBalancerArn: own,
        LoadBalancerFullName: fullName,
        LoadBalancerName: name,
        DNSName: `${internal}${name}-${Number.parseInt(place.hash.slice(0, 8), 16)}.${place.region}.elb.amazonaws.com`,
        CanonicalHostedZoneID: `Z${place.hash.slice(0, 13).toUpperCase()}`,
      },
    };
  },
  read: (take) => {
    take.string('Name');
    const attributes = readAttributes(take, 'LoadBalancerAttributes', {
      [IDLE_TIMEOUT]: 'simulated',
      [DROP_INVALID]: 'simulated',
    });
    const kind = take.string('Type') ?? 'application';
    if (kind !== 'application') take.refuseAll(`the twin's balancer speaks HTTP, not what a ${kind} one carries`);
    take.accept('IpAddressType', 'the twin speaks IPv4 on the loopback');
    take.refuse('SubnetMappings', 'fixed addresses of a balancer are not rehearsed; name Subnets');
    return {
      scheme: take.string('Scheme') === 'internal' ? 'internal' : 'internet-facing',
      groups: take.strings('SecurityGroups'),
      subnets: take.strings('Subnets'),
      idleTimeoutSeconds: Number(attributes[IDLE_TIMEOUT] ?? 60),
      dropsInvalidHeaders: attributes[DROP_INVALID] === 'true',
    };
  },
};

const IDLE_TIMEOUT = 'idle_timeout.timeout_seconds';
const DROP_INVALID = 'routing.http.drop_invalid_header_fields.enabled';
