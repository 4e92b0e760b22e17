export type { DenialRequest, LogRequest, RunOutput, RunRequest } from './control/controlled.ts';
export type { Progress } from './progress.ts';
export type { Denial } from './report/denial.ts';
export type { Status } from './report/status.ts';
export type { LogEntry } from './tasks/log-store.ts';
export { startTwin, type Twin, type TwinOptions } from './twin.ts';
