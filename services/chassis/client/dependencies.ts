/** Another service that this one calls, as shown by `/breakers` and used for readiness. */
export interface Dependency {
  /** Its name. */
  readonly service: string;
  /** The state of its breaker: closed lets calls through, open refuses them, half-open lets a few probes through. */
  breaker(): 'closed' | 'open' | 'half-open';
  /** Calls under way, and calls waiting for a place. */
  load(): { readonly inFlight: number; readonly waiting: number };
}

/** The dependencies of a service: each is added with its first client and removed with its last. */
export class Dependencies implements Iterable<Dependency> {
  readonly #all = new Set<Dependency>();

  /** Adds one; the returned function removes it. */
  add(dependency: Dependency): () => void {
    this.#all.add(dependency);
    return () => this.#all.delete(dependency);
  }

  /** The dependency of this name, if there is one. */
  of(service: string): Dependency | undefined {
    return [...this.#all].find((one) => one.service === service);
  }

  /** Whether this service answers, as far as is known: no breaker of it is open. */
  available(service: string): boolean {
    return ![...this.#all].some((one) => one.service === service && one.breaker() === 'open');
  }

  /** All of them, in the order they were added. */
  [Symbol.iterator](): Iterator<Dependency> {
    return this.#all.values();
  }
}
