/**
 * The network as one task sees it: the address plan, cut to size, in a file the task's preload reads at each new
 * connection. The twin rewrites it whenever tasks come and go.
 */
export interface TaskNetwork {
  /** Id of the task. */
  readonly task: string;
  /** The task's own address; `localhost` of all its containers. */
  readonly self: string;
  /** Names DNS knows (lower case) and what they resolve to. What is not here does not exist. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Endings such as `.amazonaws.com`, longest first, and what they resolve to. */
  readonly suffixes: readonly (readonly [ending: string, address: string])[];
  /** Names in `/etc/hosts`: found by lookup, unknown to DNS. */
  readonly hosts: Readonly<Record<string, string>>;
  /**
   * `address:port` as the application says it → where that really is. What is not here is real as it stands where
   * tasks have addresses of their own, and nowhere where they share one.
   */
  readonly real: Readonly<Record<string, readonly [host: string, port: number]>>;
  /** Address → ports this task may open. Everything else times out, as behind a security group, but at once. */
  readonly reach: Readonly<Record<string, readonly (readonly [first: number, last: number])[]>>;
  /** Address → ports of this task it may open; undefined where tasks share an address and nobody can be told apart. */
  readonly accepts: Readonly<Record<string, readonly (readonly [first: number, last: number])[]>> | undefined;
  /** Path of the twin's socket that hears {@link TaskReport}s, one line of JSON each. */
  readonly report: string;
}

/** What a task's preload tells the twin. */
export type TaskReport =
  /** A connection was refused at its beginning. */
  | { readonly task: string; readonly to: string; readonly host: string }
  /** A connection was refused at its end. */
  | { readonly task: string; readonly from: string; readonly port: number }
  /** A port the template does not mention was opened, and really is elsewhere. */
  | { readonly task: string; readonly listens: number; readonly at: readonly [host: string, port: number] };

/** Variable that names the file. */
export const TASK_NETWORK_FILE = 'MOSAIC_TWIN_NETWORK';
