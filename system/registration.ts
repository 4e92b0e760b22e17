import { findNamespace } from './namespaces.ts';
import { lastPart } from './resources/arn.ts';
import { discoveryService } from './resources/discovery-service.ts';
import { ecsService } from './resources/ecs-service.ts';
import type { Service } from './service.ts';
import type { System } from './system.ts';
import { taskZone } from './task-zone.ts';

/** A name in a Cloud Map namespace under which callers find the tasks of a service. */
export interface Registration {
  readonly namespace: string;
  readonly name: string;
  /** The port callers get; undefined where tasks register their address alone. */
  readonly port: number | undefined;
  /** Whether Cloud Map knows which tasks are healthy. */
  readonly hasHealth: boolean;
  /** What a task registers besides its address and port. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** All names under which a service's tasks are registered: those of Service Connect, and those of its registries. */
export const registrationsOf = (system: System, service: Service): readonly Registration[] => [
  ...connected(service),
  ...registered(system, service),
];

// Of what Service Connect registers, AWS documents the address and the port alone.
const connected = ({ connect }: Service): readonly Registration[] =>
  (connect?.endpoints ?? []).map(({ discoveryName, ingressPort }) => ({
    namespace: connect!.namespace,
    name: discoveryName,
    port: ingressPort,
    hasHealth: true,
    attributes: {},
  }));

const registered = (system: System, service: Service): readonly Registration[] => {
  const { registries = [] } = system.find(ecsService, service.arn)?.data ?? {};
  const attributes = {
    AVAILABILITY_ZONE: taskZone(system, service),
    REGION: system.region,
    ECS_SERVICE_NAME: lastPart(service.arn),
    ECS_CLUSTER_NAME: lastPart(service.cluster),
    ECS_TASK_DEFINITION_FAMILY: service.definition.revision.replace(/:\d+$/, ''),
  };
  return registries.flatMap(({ arn, port }): readonly Registration[] => {
    const { name, namespace: id, hasHealth = false } = system.find(discoveryService, arn)?.data ?? {};
    const namespace = findNamespace(system, id ?? '');
    if (name === undefined || namespace?.data.name === undefined) return [];
    return [{ namespace: namespace.data.name, name, port, hasHealth, attributes }];
  });
};
