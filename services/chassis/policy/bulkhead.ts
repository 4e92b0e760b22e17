import { type Static, Type } from 'typebox';
import { CallError } from '../call-error.ts';
import type { Live } from '../config/live.ts';
import { Problem } from '../problem.ts';
import type { Deadline } from '../time/deadline.ts';

/** Settings of a bulkhead. */
export const BulkheadSettings = Type.Object(
  {
    /** Calls under way at once. */
    limit: Type.Integer({ minimum: 1 }),
    /** Calls that may wait for a place. */
    queue: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
);

export type BulkheadSettings = Static<typeof BulkheadSettings>;

/** Enough for 1,000 calls a second of 100 ms each; a stalled dependency holds up no more calls than this. */
export const bulkheadDefaults: BulkheadSettings = { limit: 128, queue: 128 };

/** Limits how many calls a dependency can hold up. */
export interface Bulkhead {
  /** Takes a place, if one is free. A caller that has a place must leave it. */
  enter(): boolean;
  /** Waits for a place until the deadline; fails at once if too many wait already. */
  wait(deadline: Deadline): Promise<void>;
  /** Gives the place back. */
  leave(): void;
  /** Calls under way. */
  readonly inFlight: number;
  /** Calls that wait. */
  readonly waiting: number;
}

export interface BulkheadProps {
  /** The dependency, for errors. */
  readonly service: string;
  /** @default - {@link bulkheadDefaults} */
  readonly settings?: Live<BulkheadSettings>;
}

/** A bulkhead for one dependency. */
export const createBulkhead = (props: BulkheadProps): Bulkhead => new QueueingBulkhead(props);

class QueueingBulkhead implements Bulkhead {
  readonly #service: string;
  readonly #settings: Live<BulkheadSettings>;
  /** In order of arrival; each lets its call in. */
  readonly #queue = new Set<() => void>();
  #inFlight = 0;

  constructor({ service, settings = { value: bulkheadDefaults } }: BulkheadProps) {
    this.#service = service;
    this.#settings = settings;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  enter(): boolean {
    // The limit may have been raised since the last call left.
    if (this.#queue.size > 0) this.#admit();
    if (this.#queue.size > 0 || this.#inFlight >= this.#settings.value.limit) return false;
    this.#inFlight += 1;
    return true;
  }

  wait(deadline: Deadline): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#queue.size >= this.#settings.value.queue) {
        reject(this.#crowded());
        return;
      }
      const letIn = (): void => {
        forget();
        resolve();
      };
      this.#queue.add(letIn);
      // A deadline of its own: settling the caller's must not leave this one waiting for ever.
      const patience = deadline.within(Number.POSITIVE_INFINITY);
      const forget = patience.whenOver((end) => {
        this.#queue.delete(letIn);
        reject(end === 'cancelled' ? new Problem('caller-left') : this.#crowded());
      });
      this.#admit();
    });
  }

  leave(): void {
    this.#inFlight -= 1;
    if (this.#queue.size > 0) this.#admit();
  }

  /** Says nothing about the dependency's health, so neither breaker nor retry budget counts it. */
  #crowded(): CallError {
    const detail = `was not called: ${this.#inFlight} calls to it are under way`;
    return new CallError(this.#service, { kind: 'crowded' }, detail);
  }

  #admit(): void {
    for (const letIn of this.#queue) {
      if (this.#inFlight >= this.#settings.value.limit) return;
      this.#queue.delete(letIn);
      // The place is taken here and now: before the promise is handled, another call might enter.
      this.#inFlight += 1;
      letIn();
    }
  }
}

/** Has room for every call. */
export const noBulkhead: Bulkhead = {
  enter: () => true,
  wait: () => Promise.resolve(),
  leave() {},
  inFlight: 0,
  waiting: 0,
};
