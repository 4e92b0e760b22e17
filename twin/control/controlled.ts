import type { Denial } from '../report/denial.ts';
import type { Status } from '../report/status.ts';
import type { LogEntry } from '../tasks/log-store.ts';

/** What can be asked of a running twin, in its own process or through its socket. */
export interface Controlled {
  /** What runs, where it answers, what was denied, and what is simulated. */
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
  /** Name of the service. */
  readonly service: string;
  /** In place of its image's own command, as `RunTask` overrides it. */
  readonly command: readonly string[];
}

/** Takes what a one-off task writes, piece by piece. */
export interface RunOutput {
  /** Called with what it writes to its output. */
  stdout(text: string): void;
  /** Called with what it writes to its error output. */
  stderr(text: string): void;
}

/** Which denials are shown. */
export interface DenialRequest {
  /** Whether to wait for those still to come. @default false */
  readonly follow?: boolean;
  /** How many past ones. @default 200 */
  readonly last?: number;
  /** Those of earlier runs on the same data as well. @default false */
  readonly earlier?: boolean;
}

/** Which log lines are shown. */
export interface LogRequest {
  /** Name of the service whose tasks wrote them. @default - all */
  readonly service?: string | undefined;
  /** Whether to wait for those still to come. @default false */
  readonly follow?: boolean;
  /** How many past lines. @default 200 */
  readonly last?: number;
}
