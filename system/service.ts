import type { ImageAsset } from '../assembly/assembly.ts';

/** An ECS service with all that the template says about it, gathered from the resources it names. */
export interface Service {
  /** `stack/logicalId` */
  readonly id: string;
  readonly stack: string;
  /** Short, unique in the system: `catalog`. What people type. */
  readonly name: string;
  /** Construct path. */
  readonly path: string;
  readonly arn: string;
  readonly cluster: string;
  /** Tasks to keep running. */
  readonly desired: number;
  readonly definition: TaskDefinition;
  /** Security groups, by id. */
  readonly groups: readonly string[];
  /** An address inside the subnet the service runs in, for rules that name address ranges. */
  readonly vpcAddress: string | undefined;
  readonly targets: readonly ServiceTarget[];
  readonly connect: ServiceConnect | undefined;
  /** Cloud Map services its tasks register with, as DNS names. */
  readonly dnsNames: readonly string[];
  /** Ids of services that start before it. */
  readonly after: readonly string[];
  readonly healthCheckGraceSeconds: number;
}

/** A target group the tasks of a service join. */
export interface ServiceTarget {
  readonly targetGroup: string;
  readonly port: number;
}

/** Service Connect as the template configures it; without `endpoints` the service is a client only. */
export interface ServiceConnect {
  readonly namespace: string;
  readonly endpoints: readonly ConnectEndpoint[];
}

/** What the servers behind a port speak, as far as a proxy knows. */
export type PortProtocol = 'http' | 'http2' | 'grpc' | 'tcp';

export interface ConnectEndpoint {
  readonly discoveryName: string;
  /** `http://catalog` is `{ host: 'catalog', port: 80 }`. */
  readonly aliases: readonly { readonly host: string; readonly port: number }[];
  /** What the proxy speaks; it retries and limits requests only where it understands them. */
  readonly protocol: PortProtocol;
  /** Port of the container behind it. */
  readonly containerPort: number;
  /** Port security groups see: the override where there is one. */
  readonly ingressPort: number;
  /** 0 for no limit. */
  readonly perRequestTimeoutSeconds: number;
  readonly idleTimeoutSeconds: number;
}

export interface TaskDefinition {
  readonly id: string;
  readonly path: string;
  /** `family:revision` */
  readonly revision: string;
  readonly cpu: number;
  readonly memoryMiB: number;
  /** ARNs. */
  readonly taskRole: string | undefined;
  readonly executionRole: string | undefined;
  /** In the order they start. */
  readonly containers: readonly Container[];
}

export interface Container {
  readonly name: string;
  readonly essential: boolean;
  /** As the template has it. */
  readonly image: string;
  /** The asset it is built from; undefined for an image of a registry. */
  readonly asset: ImageAsset | undefined;
  readonly entryPoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  readonly workingDirectory: string | undefined;
  readonly user: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Variable → ARN (or name) of the secret or parameter. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly ports: readonly ContainerPort[];
  readonly readonlyRoot: boolean;
  /** Paths in the container where a volume is mounted. */
  readonly volumes: readonly { readonly path: string; readonly readOnly: boolean; readonly volume: string }[];
  readonly stopTimeoutSeconds: number;
  readonly healthCheck: ContainerHealthCheck | undefined;
  readonly logGroup: string | undefined;
  /** Streams in it are called `prefix/container/task`. */
  readonly logStreamPrefix: string | undefined;
}

export interface ContainerPort {
  /** What Service Connect calls it. */
  readonly name: string | undefined;
  readonly port: number;
  readonly protocol: PortProtocol;
}

export interface ContainerHealthCheck {
  /** `['CMD', …]` or `['CMD-SHELL', …]` */
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}
