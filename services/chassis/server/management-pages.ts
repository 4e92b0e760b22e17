import type { Dependency } from '../client/dependencies.ts';
import type { MetricReading } from '../telemetry/metrics-registry.ts';
import { PROMETHEUS_TYPE, prometheusText } from '../telemetry/prometheus.ts';
import type { ManagementPage } from './management-server.ts';

export interface ManagementPagesProps {
  readonly service: string;
  readonly stage: string;
  /** What is deployed. @default - unknown */
  readonly version: string | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly metrics: () => readonly MetricReading[];
  readonly dependencies: Iterable<Dependency>;
}

/** The pages of a service's management port. */
export function managementPages(props: ManagementPagesProps): Readonly<Record<string, ManagementPage>> {
  const { service, stage, version, startedAt, metrics, dependencies } = props;
  const started = new Date(startedAt).toISOString();
  return {
    '/info': json(() => ({ service, stage, version, started, node: process.version })),
    '/metrics': { type: PROMETHEUS_TYPE, text: () => prometheusText(metrics()) },
    '/breakers': json(() => ({ breakers: [...dependencies].map(breakerOf) })),
  };
}

const json = (value: () => object): ManagementPage => ({
  type: 'application/json',
  text: () => JSON.stringify(value()),
});

const breakerOf = (dependency: Dependency): object => ({
  service: dependency.service,
  state: dependency.breaker(),
  ...dependency.load(),
});
