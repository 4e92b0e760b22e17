export { Alarm } from './alarm.ts';
export { AlarmWheel, type WheelDrive } from './alarm-wheel.ts';
export { type AwsClientTimes, awsClientTimes } from './aws-client.ts';
export { type AvailabilityProps, availabilityFilter } from './balance/availability-filter.ts';
export {
  type BalancedDestinationProps,
  type BalancedRuntime,
  balancedDestination,
} from './balance/balanced-destination.ts';
export type { Balancer, Chance } from './balance/balancer.ts';
export { Candidate } from './balance/candidate.ts';
export type { ConnectionProps } from './balance/connection-pool.ts';
export { defaultBalancer } from './balance/default-balancer.ts';
export type { Destination, Lease } from './balance/destination.ts';
export { type FixedDestinationProps, fixedDestination } from './balance/fixed-destination.ts';
export type { Instance } from './balance/instance.ts';
export { leastRequests } from './balance/least-requests.ts';
export { randomChoice } from './balance/random-choice.ts';
export { roundRobin } from './balance/round-robin.ts';
export { type SameZoneProps, sameZoneFirst } from './balance/same-zone-first.ts';
export { weightedResponseTime } from './balance/weighted-response-time.ts';
export { CallError, type CallFailure } from './client/call-error.ts';
export type { CallPolicies } from './client/call-policies.ts';
export { type Client, type ClientProps, client, type Fallbacks } from './client/client.ts';
export { Dependencies, type Dependency } from './client/dependencies.ts';
export { type Clock, systemClock } from './clock.ts';
export { configNames } from './config/config-names.ts';
export type { ConfigSource } from './config/config-source.ts';
export { type Live, type LiveValue, live } from './config/live.ts';
export { MemoryConfig } from './config/memory-config.ts';
export { Context, type IncomingHeaders, requestContext, rootContext } from './context.ts';
export { Deadline, type DeadlineEnd } from './deadline.ts';
export {
  type CloudMapProps,
  cloudMap,
  type DiscoveredInstance,
  type DiscoverInput,
  type DiscoverOutput,
} from './discovery/cloud-map.ts';
export { type CloudMapUrl, readCloudMapUrl } from './discovery/cloud-map-url.ts';
export type { Discovery } from './discovery/discovery.ts';
export { fixedInstances } from './discovery/fixed-instances.ts';
export { InstanceList, type RefreshProps, type RefreshRuntime } from './discovery/instance-list.ts';
export { NoInstance } from './discovery/no-instance.ts';
export type { Registry } from './discovery/registry.ts';
export { taskZone } from './discovery/task-zone.ts';
export { type Ids, randomIds } from './ids.ts';
export {
  AttemptSettings,
  type AttemptTimeout,
  createAttemptTimeout,
  noAttemptTimeout,
} from './policy/attempt-timeout.ts';
export {
  type Breaker,
  type BreakerListener,
  type BreakerProps,
  BreakerSettings,
  type BreakerState,
  type BreakerTicket,
  breakerDefaults,
  createBreaker,
  noBreaker,
} from './policy/breaker.ts';
export {
  type Bulkhead,
  type BulkheadProps,
  BulkheadSettings,
  bulkheadDefaults,
  createBulkhead,
  noBulkhead,
} from './policy/bulkhead.ts';
export { type Degradable, degradedParts, type Fallback } from './policy/degradable.ts';
export { createGuard, type Failure, type Guard, type GuardedCall, type GuardProps } from './policy/guard.ts';
export type { Outcome } from './policy/outcome.ts';
export {
  createRetryBudget,
  noRetry,
  type RetryBudget,
  type RetryBudgetProps,
  RetrySettings,
  retryDefaults,
} from './policy/retry-budget.ts';
export {
  Problem,
  type ProblemCode,
  type ProblemDocument,
  type ProblemError,
  type ProblemExtras,
  problemCodes,
} from './problem.ts';
export {
  type Answer,
  defineRoutes,
  type Input,
  type Operation,
  type Operations,
  type Route,
  type Routes,
} from './route.ts';
export { runService, type ServiceDefinition } from './run-service.ts';
export { runTask, type TaskDefinition } from './run-task.ts';
export type { Runtime } from './runtime.ts';
export { Application, type ApplicationProps } from './server/application.ts';
export type { IncomingRequest, OutgoingResponse } from './server/exchange.ts';
export type { BodySource } from './server/json-body.ts';
export { openApiDocument } from './server/openapi.ts';
export { type Admission, openDoor } from './server/shedding/admission.ts';
export { LoadShedder } from './server/shedding/load-shedder.ts';
export { statusRoutes } from './server/status-routes.ts';
export { Service, type ServiceProps } from './service.ts';
export { type ServiceRuntime, type ServiceRuntimeProps, serviceRuntime } from './service-runtime.ts';
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
  SettingsError,
  type SettingValues,
  serviceSettings,
  textSetting,
  urlSetting,
  type VariableProps,
  variableSetting,
} from './settings.ts';
export { ChassisTracerProvider, type TracingProps } from './telemetry/chassis-tracer.ts';
export { failSpan, inSpan } from './telemetry/in-span.ts';
export { LineBuffer } from './telemetry/line-buffer.ts';
export { createLog, type Log, type LogFields, type WriteLine } from './telemetry/log.ts';
export { type LogLevel, logLevels } from './telemetry/log-level.ts';
export { chassisMetrics, type MetricDefinition, type MetricTable } from './telemetry/metric-table.ts';
export { type Counter, type Histogram, type Labels, type Metrics, noMetrics } from './telemetry/metrics.ts';
export { readTraceparent, readXRay, traceparent } from './telemetry/trace-headers.ts';
