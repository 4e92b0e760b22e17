import type { Discovery } from './discovery.ts';
import type { Instance } from './instance.ts';
import { InstanceList, type RefreshProps, type RefreshRuntime } from './instance-list.ts';

/** What is sent: the input of `DiscoverInstancesCommand`. */
export interface DiscoverInput {
  /** Name of the namespace. */
  readonly NamespaceName: string;
  /** Name of the service in it. */
  readonly ServiceName: string;
  /** The healthy ones, or all if none is. */
  readonly HealthStatus: 'HEALTHY_OR_ELSE_ALL';
  /** Most instances the answer may name. */
  readonly MaxResults: number;
}

/** What is read from its output. */
export interface DiscoverOutput {
  /** The instances. @default - none */
  readonly Instances?: readonly DiscoveredInstance[] | undefined;
}

/** One instance, as Cloud Map names it. */
export interface DiscoveredInstance {
  /** Its id. @default - the instance is ignored */
  readonly InstanceId?: string | undefined;
  /**
   * Its attributes, of which `AWS_INSTANCE_IPV4`, `AWS_INSTANCE_PORT` and, if present, `AVAILABILITY_ZONE` are read.
   * @default - the instance is ignored
   */
  readonly Attributes?: Readonly<Record<string, string>> | undefined;
}

/** Which service to find in Cloud Map, and how. */
export interface CloudMapProps extends RefreshProps {
  /** Name of the namespace: `shop-dev`. */
  readonly namespace: string;
  /** Name of the service in it: `catalog`. */
  readonly service: string;
  /**
   * Asks Cloud Map, with the client of your choice:
   * `(input) => serviceDiscovery.send(new DiscoverInstancesCommand(input))`
   */
  readonly discover: (input: DiscoverInput) => Promise<DiscoverOutput>;
}

/** The maximum of one answer; without it Cloud Map returns a random hundred. */
const MOST = 1000;

/** The instances ECS registers in Cloud Map. A request every 15 seconds costs less than $0.20 a month per task. */
export function cloudMap(
  { namespace, service, discover, ...times }: CloudMapProps,
  runtime: RefreshRuntime,
): Discovery {
  const name = `${service} in Cloud Map namespace ${namespace}`;
  const input = {
    NamespaceName: namespace,
    ServiceName: service,
    // If none is healthy all are returned: then health itself is in doubt, and some answer is better than none.
    HealthStatus: 'HEALTHY_OR_ELSE_ALL',
    MaxResults: MOST,
  } as const;
  const ask = async (): Promise<readonly Instance[]> => {
    const { Instances: found = [] } = await discover(input);
    const instances = found.flatMap(instanceOf);
    if (found.length > 0 && instances.length === 0) {
      throw new Error(
        'no instance has AWS_INSTANCE_IPV4 and AWS_INSTANCE_PORT; register the service with its container port',
      );
    }
    return instances;
  };
  return new InstanceList({ name, ask }, runtime, times);
}

function instanceOf({ InstanceId: id, Attributes: attributes = {} }: DiscoveredInstance): Instance[] {
  const { AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: port, AVAILABILITY_ZONE: zone } = attributes;
  return id && address && port ? [{ id, origin: `http://${address}:${port}`, zone }] : [];
}
