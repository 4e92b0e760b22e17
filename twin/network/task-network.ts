import type { Endpoint } from './endpoint.ts';

/**
 * The network as one task sees it, in a file that the task's preload reads at each new connection. The twin rewrites
 * it whenever tasks come and go.
 */
export interface TaskNetwork {
  /** Id of the task. */
  readonly task: string;
  /** The task's own address, the `localhost` of all its containers. */
  readonly self: string;
  /** Names that DNS knows, in lower case → their addresses. Other names do not exist. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Endings such as `.amazonaws.com`, longest first, with their addresses. */
  readonly suffixes: readonly (readonly [ending: string, address: string])[];
  /** Names in `/etc/hosts`: found by lookup, unknown to DNS. */
  readonly hosts: Readonly<Record<string, string>>;
  /**
   * `address:port` as the application says it → where that really is. If tasks have addresses of their own, a missing
   * endpoint is real as it stands; if they share one, it does not exist.
   */
  readonly real: Readonly<Record<string, Endpoint>>;
  /** Address → ports this task may connect to. Others time out as behind a security group, but at once. */
  readonly reach: Readonly<Record<string, readonly (readonly [first: number, last: number])[]>>;
  /** Address → ports of this task it may connect to; undefined if tasks share an address and callers look alike. */
  readonly accepts: Readonly<Record<string, readonly (readonly [first: number, last: number])[]>> | undefined;
  /** Path of the twin's socket for {@link TaskReport}s, one line of JSON each. */
  readonly report: string;
}

/** What a task's preload tells the twin. */
export type TaskReport =
  /** A connection was refused where it began. */
  | { readonly task: string; readonly to: string; readonly host: string }
  /** A connection was refused where it arrived. */
  | { readonly task: string; readonly from: string; readonly port: number }
  /** The task listens at a port that the template does not mention, which really is elsewhere. */
  | { readonly task: string; readonly listens: number; readonly at: Endpoint };

/** Environment variable that holds the file's path. */
export const TASK_NETWORK_FILE = 'MOSAIC_TWIN_NETWORK';
