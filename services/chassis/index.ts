export { Application, type ApplicationProps, type IncomingRequest, type OutgoingResponse } from './application.ts';
export { type AwsClientTimes, awsClientTimes } from './aws-client.ts';
export { CallError, type CallFailure } from './call-error.ts';
export { type Client, type ClientProps, client } from './client.ts';
export { type Clock, systemClock } from './clock.ts';
export { Context, type IncomingHeaders, requestContext, rootContext } from './context.ts';
export { Deadline, type DeadlineEnd } from './deadline.ts';
export { type Ids, randomIds } from './ids.ts';
export type { ReadBody } from './json-body.ts';
export { createLog, type Log, type LogFields } from './log.ts';
export { openApiDocument } from './openapi.ts';
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
export { statusRoutes } from './status-routes.ts';
export { readTrace, type Trace, traceparent } from './trace.ts';
