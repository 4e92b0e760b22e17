import type { Denial } from '../report/denial.ts';
import type { Status } from '../report/status.ts';
import type { LogEntry } from '../tasks/log-store.ts';

/** What can be asked of a running twin, in its own process or through its socket. */
export interface Controlled {
  status(): Status | Promise<Status>;
  /** One more task of a service, with another command. Resolves with its exit code; aborting ends the task. */
  run(request: RunRequest, output: RunOutput, signal: AbortSignal): Promise<number>;
  /** Lines of one service or all, oldest first; with `follow` it goes on until aborted. */
  logs(request: LogRequest, signal: AbortSignal): AsyncIterable<LogEntry>;
  /** Denials since the start, oldest first; with `follow` it goes on until aborted. */
  denials(request: DenialRequest, signal: AbortSignal): AsyncIterable<Denial>;
  /** Stops everything. Resolves when nothing runs any more. */
  down(): Promise<void>;
}

/** The service and the command of a one-off task. */
export interface RunRequest {
  readonly service: string;
  readonly command: readonly string[];
}

/** Takes what a one-off task writes, piece by piece. */
export interface RunOutput {
  stdout(text: string): void;
  stderr(text: string): void;
}

/** Which denials are shown. */
export interface DenialRequest {
  readonly follow?: boolean;
  /** How many past ones. @default 200 */
  readonly last?: number;
  /** Those of earlier runs on the same data as well. @default false */
  readonly earlier?: boolean;
}

/** Which log lines are shown. */
export interface LogRequest {
  /** @default - all */
  readonly service?: string | undefined;
  readonly follow?: boolean;
  /** How many past lines. @default 200 */
  readonly last?: number;
}
