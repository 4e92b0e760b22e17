/** One of the tasks that answer for a service. */
export interface Instance {
  /** Its id, which never changes. */
  readonly id: string;
  /** Where it answers: `http://10.0.1.4:8080`. */
  readonly origin: string;
  /** The availability zone it runs in, if known. */
  readonly zone: string | undefined;
}
