/** Values that may change while a service runs: in memory, or kept somewhere and fetched. */
export interface ConfigSource {
  /** The value of this name now; undefined where none is set. */
  get(name: string): unknown;
  /** Calls back after values have changed; the function it returns takes that back. */
  watch(changed: () => void): () => void;
}
