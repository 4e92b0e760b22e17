/**
 * The network as one task sees it: the address plan, cut to size, in a file the task's preload reads at each new
 * connection. The twin rewrites it whenever tasks come and go.
 */
export interface TaskNetwork {
  /** The task's own address; `localhost` of all its containers. */
  readonly self: string;
  /** Host names (lower case) and what they resolve to. What is not here does not exist. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Endings such as `.amazonaws.com`, longest first, and what they resolve to. */
  readonly suffixes: readonly (readonly [ending: string, address: string])[];
  /** `address:port` as the application says it → where that really is. What is not here is real as it stands. */
  readonly real: Readonly<Record<string, readonly [host: string, port: number]>>;
  /** `address:port` this task may open. Everything else times out, as behind a security group, but at once. */
  readonly reach: readonly string[];
  /** Where tasks have addresses of their own: port → source addresses that may connect. */
  readonly accepts: Readonly<Record<string, readonly string[]>> | undefined;
  /** Path of the twin's socket that hears of refused connections: one JSON line `{ "task", "to" }` each. */
  readonly report: string;
  /** Id of the task. */
  readonly task: string;
}

/** Variable that names the file. */
export const TASK_NETWORK_FILE = 'MOSAIC_TWIN_NETWORK';
