/** Values that may change while a service runs, held in memory or fetched. */
export interface ConfigSource {
  /** The value of this name now; undefined if none is set. */
  get(name: string): unknown;
  /** Calls back after values have changed; the returned function unsubscribes. */
  watch(changed: () => void): () => void;
}
