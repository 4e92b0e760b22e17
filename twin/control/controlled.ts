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
  /** Denials so far, oldest first; with `follow` it goes on until aborted. */
  denials(request: DenialRequest, signal: AbortSignal): AsyncIterable<Denial>;
  /** Stops everything. Resolves when nothing runs any more. */
  down(): Promise<void>;
}

export interface RunRequest {
  readonly service: string;
  readonly command: readonly string[];
}

export interface RunOutput {
  stdout(text: string): void;
  stderr(text: string): void;
}

export interface DenialRequest {
  readonly follow?: boolean;
  /** How many of the past. @default 200 */
  readonly last?: number;
}

export interface LogRequest {
  /** @default - all */
  readonly service?: string | undefined;
  readonly follow?: boolean;
  /** How many lines of the past. @default 200 */
  readonly last?: number;
}
