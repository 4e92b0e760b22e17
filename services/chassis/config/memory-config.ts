import type { ConfigSource } from './config-source.ts';

/** Values held in memory, for tests, examples and services that have no other source. */
export class MemoryConfig implements ConfigSource {
  readonly #values: Map<string, unknown>;
  readonly #watchers = new Set<() => void>();

  constructor(values: Readonly<Record<string, unknown>> = {}) {
    this.#values = new Map(Object.entries(values));
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }

  /** Sets a value; undefined removes it. */
  set(name: string, value: unknown): void {
    if (value === undefined) this.#values.delete(name);
    else this.#values.set(name, value);
    for (const changed of this.#watchers) changed();
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }
}
