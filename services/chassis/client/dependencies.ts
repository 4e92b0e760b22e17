/** Another service that this one calls, as `/breakers` shows it and readiness may follow it. */
export interface Dependency {
  /** Its name. */
  readonly service: string;
  /** Its breaker, now: closed lets calls through, open refuses them, half-open lets a few through to see. */
  breaker(): 'closed' | 'open' | 'half-open';
  /** Calls under way, and calls that wait for their turn. */
  load(): { readonly inFlight: number; readonly waiting: number };
}

/** The dependencies of a service, each once: added with the first client of it, taken out with the last. */
export class Dependencies implements Iterable<Dependency> {
  readonly #all = new Set<Dependency>();

  /** Adds one; the function it returns takes that back. */
  add(dependency: Dependency): () => void {
    this.#all.add(dependency);
    return () => this.#all.delete(dependency);
  }

  /** The one of this name, if it is there. */
  of(service: string): Dependency | undefined {
    return [...this.#all].find((one) => one.service === service);
  }

  /** Whether this service, as far as is known, answers: no client of it has an open breaker. */
  available(service: string): boolean {
    return ![...this.#all].some((one) => one.service === service && one.breaker() === 'open');
  }

  /** Each of them, in the order they were added in. */
  [Symbol.iterator](): Iterator<Dependency> {
    return this.#all.values();
  }
}
