import { findNamespace } from './namespaces.ts';
import { lastPart } from './resources/arn.ts';
import { ecsCluster } from './resources/ecs-cluster.ts';
import type { EcsConnectService, EcsService } from './resources/ecs-service.ts';
import type { EcsTaskDefinition } from './resources/task-definition.ts';
import type { ConnectEndpoint, ServiceConnect } from './service.ts';
import type { System } from './system.ts';

/** What the proxy of ECS does where the template says nothing. */
const REQUEST_SECONDS = 15;
const HTTP_IDLE_SECONDS = 300;
const TCP_IDLE_SECONDS = 3600;

/** Service Connect of a service, names of ports looked up in its task definition. */
export const connectOf = (
  system: Pick<System, 'find'>,
  service: EcsService,
  definition: EcsTaskDefinition,
): ServiceConnect | undefined => {
  if (!service.connect) return undefined;
  const cluster = system.find(ecsCluster, lastPart(service.cluster ?? 'default'));
  const namespace = namespaceName(system, service.connect.namespace ?? cluster?.data.defaultNamespace ?? '');
  const ports = definition.containers.flatMap((container) => container.ports);
  return {
    namespace,
    endpoints: service.connect.services.flatMap((one): readonly ConnectEndpoint[] => {
      const port = ports.find(({ name }) => name === one.portName);
      return port ? [endpoint(one, port, namespace)] : [];
    }),
  };
};

const endpoint = (
  one: EcsConnectService,
  { port, protocol }: EcsTaskDefinition['containers'][number]['ports'][number],
  namespace: string,
): ConnectEndpoint => {
  const discoveryName = one.discoveryName ?? one.portName;
  const ownName = `${discoveryName}.${namespace}`;
  const aliases = one.aliases.map((alias) => ({ host: alias.host ?? ownName, port: alias.port || port }));
  const requests = protocol === 'tcp' ? 0 : REQUEST_SECONDS;
  return {
    discoveryName,
    aliases: aliases.length > 0 ? aliases : [{ host: ownName, port }],
    protocol,
    containerPort: port,
    ingressPort: one.ingressPortOverride ?? port,
    perRequestTimeoutSeconds: one.perRequestTimeoutSeconds ?? requests,
    idleTimeoutSeconds: one.idleTimeoutSeconds ?? (protocol === 'tcp' ? TCP_IDLE_SECONDS : HTTP_IDLE_SECONDS),
  };
};

/** The name of a namespace that a template gives by name, id or ARN. */
const namespaceName = (system: Pick<System, 'find'>, given: string): string =>
  findNamespace(system, given)?.data.name ?? given;
