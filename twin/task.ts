/** A task of a service, in the state ECS would report. */
export type Task = TaskIdentity &
  (
    | { readonly state: 'starting' | 'healthy' }
    | { readonly state: 'unhealthy' | 'stopping'; readonly why: string }
    | { readonly state: 'gone'; readonly exitCode: number | undefined; readonly why: string }
  );

/** What is known of a task in every state. */
export interface TaskIdentity {
  /** `3f2a…`, unique on this twin. */
  readonly id: string;
  /** Name of the service. */
  readonly service: string;
  /** `family:revision` of the task definition it runs. */
  readonly revision: string;
  /** Runs another command once; serves nobody. */
  readonly isOneOff: boolean;
  /** `host:port` on the task's own network; undefined before it has one. */
  readonly address: string | undefined;
  /** Process of its first essential container; undefined before it runs, and after. */
  readonly pid: number | undefined;
}
