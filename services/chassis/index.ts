export { type CloudMapUrl, readCloudMapUrl } from '../../contract/cloud-map-url.ts';
export { type AwsClientTimes, awsClientTimes } from './aws-client.ts';
export { type AvailabilityProps, availabilityFilter } from './balance/availability-filter.ts';
export type { Balancer, Chance } from './balance/balancer.ts';
export type { Candidate } from './balance/candidate.ts';
export type { ConnectionProps } from './balance/connection-pool.ts';
export { defaultBalancer } from './balance/default-balancer.ts';
export type { Destination, Lease } from './balance/destination.ts';
export { type FixedDestinationProps, fixedDestination } from './balance/fixed-destination.ts';
export { leastRequests } from './balance/least-requests.ts';
export { randomChoice } from './balance/random-choice.ts';
export { roundRobin } from './balance/round-robin.ts';
export { type SameZoneProps, sameZoneFirst } from './balance/same-zone-first.ts';
export { weightedResponseTime } from './balance/weighted-response-time.ts';
export { CallError, type CallFailure } from './call-error.ts';
export type { CallPolicies } from './client/call-policies.ts';
export { type Client, type ClientProps, client, type Fallbacks } from './client/client.ts';
export type { Dependencies, Dependency } from './client/dependencies.ts';
export { type DependencyGuard, type DependencyGuardProps, dependencyGuard } from './client/dependency-guard.ts';
export type { ConfigSource } from './config/config-source.ts';
export type { Live } from './config/live.ts';
export { type LiveValue, live } from './config/live-value.ts';
export { MemoryConfig } from './config/memory-config.ts';
export { type Context, rootContext } from './context.ts';
export {
  type CloudMapProps,
  cloudMap,
  type DiscoveredInstance,
  type DiscoverInput,
  type DiscoverOutput,
} from './discovery/cloud-map.ts';
export type { Discovery } from './discovery/discovery.ts';
export { fixedInstances } from './discovery/fixed-instances.ts';
export type { Instance } from './discovery/instance.ts';
export type { RefreshProps, RefreshRuntime } from './discovery/instance-list.ts';
export { taskZone } from './discovery/task-zone.ts';
export type { Ids } from './ids.ts';
export { type AttemptTimeout, noAttemptTimeout } from './policy/attempt-timeout.ts';
export {
  type Breaker,
  type BreakerListener,
  type BreakerState,
  type BreakerTicket,
  noBreaker,
} from './policy/breaker.ts';
export { type Bulkhead, noBulkhead } from './policy/bulkhead.ts';
export { type Degradable, degradedParts, type Fallback } from './policy/degradable.ts';
export type { Failure, Guard, GuardedCall } from './policy/guard.ts';
export type { Outcome } from './policy/outcome.ts';
export { noRetry, type RetryBudget } from './policy/retry-budget.ts';
export {
  defineProblem,
  Problem,
  type ProblemCode,
  type ProblemDocument,
  type ProblemError,
  type ProblemExtras,
  type ProblemKind,
} from './problem.ts';
export { runService, type ServiceDefinition } from './process/run-service.ts';
export { runTask, type TaskDefinition } from './process/run-task.ts';
export { Service, type ServiceProps } from './process/service.ts';
export { type ServiceRuntime, type ServiceRuntimeProps, serviceRuntime } from './process/service-runtime.ts';
export {
  type CallSettings,
  callSetting,
  type EnvironmentVariables,
  millisecondsSetting,
  portSetting,
  readSettings,
  type ServiceSettings,
  type Setting,
  type SettingDeclarations,
  type SettingValues,
  serviceSettings,
  textSetting,
  urlSetting,
  type VariableProps,
  variableSetting,
} from './process/settings.ts';
export type { Random } from './random.ts';
export {
  type Answer,
  defineRoutes,
  type Input,
  type Operation,
  type Operations,
  type Route,
  type Routes,
} from './route.ts';
export type { Runtime } from './runtime.ts';
export { type Admission, openDoor } from './server/shedding/admission.ts';
export { inSpan } from './telemetry/in-span.ts';
export type { Log, LogFields, WriteLine } from './telemetry/log.ts';
export type { LogLevel } from './telemetry/log-level.ts';
export type { MetricDefinition, MetricTable } from './telemetry/metric-table.ts';
export type { Counter, Histogram, Labels, Metrics } from './telemetry/metrics.ts';
export type { Alarm } from './time/alarm.ts';
export { type Clock, systemClock } from './time/clock.ts';
export type { Deadline, DeadlineEnd } from './time/deadline.ts';
