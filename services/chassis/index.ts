export { type AwsClientTimes, awsClientTimes } from './aws-client.ts';
export { CallError, type CallFailure } from './client/call-error.ts';
export { type Client, type ClientProps, client } from './client/client.ts';
export { type Clock, systemClock } from './clock.ts';
export { Context, type IncomingHeaders, requestContext, rootContext } from './context.ts';
export { Deadline, type DeadlineEnd } from './deadline.ts';
export { type Ids, randomIds } from './ids.ts';
export { Problem, type ProblemCode, type ProblemDocument, type ProblemError, problemCodes } from './problem.ts';
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
export {
  Application,
  type ApplicationProps,
  type IncomingRequest,
  type OutgoingResponse,
} from './server/application.ts';
export type { ReadBody } from './server/json-body.ts';
export { openApiDocument } from './server/openapi.ts';
export { statusRoutes } from './server/status-routes.ts';
export { Service, type ServiceProps } from './service.ts';
export {
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
} from './settings.ts';
export { createLog, type Log, type LogFields } from './telemetry/log.ts';
export { readTrace, type Trace, traceparent } from './telemetry/trace.ts';
