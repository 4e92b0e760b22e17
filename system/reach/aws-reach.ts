import { addressRange } from '../address-range.ts';
import type { Decision } from '../decision.ts';
import { subnet } from '../resources/subnet.ts';
import { vpcEndpoint } from '../resources/vpc-endpoint.ts';
import type { System } from '../system.ts';
import { groupRules, type Rule } from './group-rules.ts';
import { outboundFix } from './network-fix.ts';
import type { Party } from './party.ts';
import { includesPort } from './port-range.ts';
import { reach } from './reach.ts';

/**
 * Whether security groups let a party connect to a host of AWS: by the groups of the service's own endpoint in the
 * VPC, or else out to the internet or to the service's prefix list.
 */
export function awsReach(system: System, from: Party, host: string, port: number): Decision {
  const endpoint = ownEndpoint(system, host);
  if (endpoint) return reach(system, from, { name: host, ...endpoint }, port);

  const groups = groupRules(system, from.groups);
  const listed = PREFIX_LISTED.find((service) => serves(hostsOf(service, system.region), host));
  const rule = groups
    .flatMap(({ egress }) => egress)
    .find(({ ports, peer }) => includesPort([ports], port) && leadsOut(peer, listed !== undefined));
  if (rule) return { verdict: 'allow', by: rule.where };

  const all = (label: 'name' | 'where') => groups.map((group) => group[label]).join(' or ');
  return {
    verdict: 'deny',
    why: `${all('name')} has no egress to ${host} on ${port}`,
    missing: `egress of tcp ${port} to 0.0.0.0/0${listed ? ` or the prefix list of ${listed}` : ''} on ${all('where')}`,
    fix: outboundFix(from, port),
  };
}

/** Hosts (and endings of hosts) of AWS whose reachability may differ from that of all others. */
export const awsHostsApart = (system: System): string[] =>
  [...PREFIX_LISTED, ...privateServices(system).keys()].flatMap((service) => hostsOf(service, system.region));

/** Services with a gateway endpoint, which is reached by prefix list. A template shows only a list's id, not its service. */
const PREFIX_LISTED: readonly string[] = ['s3', 'dynamodb'];

/** `ecr.api` is `api.ecr.us-east-1.amazonaws.com`. */
function hostsOf(service: string, region: string): string[] {
  const host = `${service.split('.').reverse().join('.')}.${region}.amazonaws.com`;
  if (service === 'dynamodb') return [host, `ddb.${region}.amazonaws.com`];
  return service === 's3' ? [host, 's3.amazonaws.com'] : [host];
}

const serves = (hosts: readonly string[], host: string): boolean =>
  hosts.some((own) => host === own || host.endsWith(`.${own}`));

const leadsOut = (peer: Rule['peer'], listed: boolean): boolean =>
  peer.kind === 'anyone' ||
  (peer.kind === 'cidr' && addressRange(peer.cidr)(undefined)) ||
  (peer.kind === 'prefix-list' && listed);

function ownEndpoint(system: System, host: string): Omit<Party, 'name'> | undefined {
  for (const [service, endpoint] of privateServices(system))
    if (serves(hostsOf(service, system.region), host)) return endpoint;
  return undefined;
}

/** Services whose names lead to an endpoint inside the VPC. */
function privateServices(system: System): Map<string, Omit<Party, 'name'>> {
  const services = new Map<string, Omit<Party, 'name'>>();
  for (const { path, data } of system.of(vpcEndpoint)) {
    if (data.kind !== 'Interface' || !data.privateDns || !data.service) continue;
    const network = system.find(subnet, data.subnets[0] ?? '')?.data.cidr;
    const service = data.service.slice(data.service.indexOf(system.region) + system.region.length + 1);
    services.set(service, { path, groups: data.groups, vpcAddress: network?.split('/')[0] });
  }
  return services;
}
