/** A typed value that follows a config source. Reading it costs no more than reading a property. */
export interface Live<T> {
  /** The current value. */
  readonly value: T;
}
