import { requestContext } from '../../system/iam/request-context.ts';
import { namespaces } from '../../system/namespaces.ts';
import { type Registration, registrationsOf } from '../../system/registration.ts';
import { discoveryService } from '../../system/resources/discovery-service.ts';
import type { Service } from '../../system/service.ts';
import type { System } from '../../system/system.ts';
import type { Network, Seat } from '../network/network.ts';
import { reachableByName } from '../network/ready-seats.ts';
import type { AwsApi, Call, Operation } from './api.ts';
import { AwsError } from './aws-error.ts';
import { json11 } from './protocol.ts';

/** What Cloud Map answers from. */
export interface CloudMapOptions {
  readonly system: System;
  readonly services: readonly Service[];
  readonly network: Pick<Network, 'seats'>;
}

/** Finding tasks through Cloud Map; only ECS registers them. */
export function cloudMap({ system, services, network }: CloudMapOptions): AwsApi {
  const offers = services.flatMap((service) =>
    registrationsOf(system, service).map((registration) => ({ service, registration })),
  );
  const revisions = new Map<string, { readonly ids: string; readonly revision: number }>();

  const offered = (name: ServiceName) =>
    offers.filter(
      ({ registration }) => registration.namespace === name.namespace && registration.name === name.service,
    );

  const mustBeThere = (name: ServiceName): void => {
    const { namespace, service } = name;
    const found = namespaces(system).find(({ data }) => data.name === namespace);
    if (!found && !offers.some(({ registration }) => registration.namespace === namespace))
      throw new AwsError('NamespaceNotFound', `The namespace ${namespace} does not exist.`);
    const isDeclared = system
      .of(discoveryService)
      .some(
        ({ data }) => data.name === service && Object.values(found?.attributes ?? {}).includes(data.namespace ?? ''),
      );
    if (!isDeclared && offered(name).length === 0)
      throw new AwsError('ServiceNotFound', `The service ${service} does not exist in the namespace ${namespace}.`);
  };

  /** Grows each time a task comes or goes. */
  const revisionOf = ({ namespace, service }: ServiceName, instances: readonly Instance[]): number => {
    const ids = instances.map(({ InstanceId }) => InstanceId).join();
    const last = revisions.get(`${namespace}/${service}`);
    const revision = last?.ids === ids ? last.revision : (last?.revision ?? 0) + 1;
    revisions.set(`${namespace}/${service}`, { ids, revision });
    return revision;
  };

  const operations: Record<string, Operation> = {
    DiscoverInstances: {
      accesses: (call) => {
        const name = serviceNameOf(call);
        return [
          {
            action: 'servicediscovery:DiscoverInstances',
            resource: '*',
            context: requestContext({
              'servicediscovery:NamespaceName': name.namespace,
              'servicediscovery:ServiceName': name.service,
            }),
            subject: offered(name)[0]?.service.path,
          },
        ];
      },
      perform: (call) => {
        const name = serviceNameOf(call);
        const filter = filterOf(call);
        mustBeThere(name);
        const instances = offered(name).flatMap(({ service, registration }) =>
          instancesOf(registration, network.seats(service.id)),
        );
        return { Instances: filter(instances), InstancesRevision: revisionOf(name, instances) };
      },
    },
  };
  return { service: 'servicediscovery', protocol: json11, operation: (name) => operations[name] };
}

interface ServiceName {
  readonly namespace: string;
  readonly service: string;
}

interface Instance {
  readonly InstanceId: string;
  readonly NamespaceName: string;
  readonly ServiceName: string;
  readonly HealthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  readonly Attributes: Readonly<Record<string, string>>;
}

/** A task is registered from its start until it begins to stop, before SIGTERM. */
const instancesOf = (registration: Registration, seats: readonly Seat[]): readonly Instance[] => {
  const healthy = new Set(reachableByName(seats));
  const { namespace, name, port, hasHealth, attributes } = registration;
  return seats
    .filter(({ running, draining }) => running && !draining)
    .map((seat) => ({
      InstanceId: seat.task,
      NamespaceName: namespace,
      ServiceName: name,
      HealthStatus: hasHealth ? (healthy.has(seat) ? 'HEALTHY' : 'UNHEALTHY') : 'UNKNOWN',
      Attributes: {
        AWS_INSTANCE_IPV4: seat.address,
        ...(port !== undefined && { AWS_INSTANCE_PORT: String(port) }),
        ...attributes,
      },
    }));
};

const MOST_RESULTS = 1000;
const USUAL_RESULTS = 100;

/** Which instances a call asks for. */
const filterOf = ({ input }: Call): ((instances: readonly Instance[]) => readonly Instance[]) => {
  const { MaxResults: most = USUAL_RESULTS, HealthStatus = 'ALL' } = input;
  if (!Number.isInteger(most) || Number(most) < 1 || Number(most) > MOST_RESULTS)
    throw invalid('MaxResults', `a whole number from 1 to ${MOST_RESULTS}`, most);
  const byHealth = healthFilters[String(HealthStatus)];
  if (!byHealth) throw invalid('HealthStatus', `one of ${Object.keys(healthFilters).join(', ')}`, HealthStatus);
  const required = attributeFilter(input.QueryParameters);
  const wished = attributeFilter(input.OptionalParameters);
  return (instances) => {
    const found = byHealth(instances.filter(required));
    const preferred = found.filter(wished);
    return (preferred.length > 0 ? preferred : found).slice(0, Number(most));
  };
};

/** An instance of unknown health passes every filter. */
const inState =
  (wanted: Instance['HealthStatus']) =>
  (instances: readonly Instance[]): readonly Instance[] =>
    instances.filter(({ HealthStatus }) => HealthStatus === wanted || HealthStatus === 'UNKNOWN');

const healthFilters: Readonly<Record<string, (instances: readonly Instance[]) => readonly Instance[]>> = {
  ALL: (instances) => instances,
  HEALTHY: inState('HEALTHY'),
  UNHEALTHY: inState('UNHEALTHY'),
  HEALTHY_OR_ELSE_ALL: (instances) => {
    const healthy = inState('HEALTHY')(instances);
    return healthy.length > 0 ? healthy : instances;
  },
};

const attributeFilter = (parameters: unknown): ((instance: Instance) => boolean) => {
  const wanted = Object.entries((parameters ?? {}) as Record<string, string>);
  return ({ Attributes }) => wanted.every(([name, value]) => Attributes[name] === value);
};

const serviceNameOf = ({ input: { NamespaceName, ServiceName } }: Call): ServiceName => {
  if (typeof NamespaceName !== 'string') throw invalid('NamespaceName', 'a name', NamespaceName);
  if (typeof ServiceName !== 'string') throw invalid('ServiceName', 'a name', ServiceName);
  return { namespace: NamespaceName, service: ServiceName };
};

const invalid = (parameter: string, expected: string, got: unknown): AwsError =>
  new AwsError('InvalidInput', `${parameter} must be ${expected}, got ${got}`);
