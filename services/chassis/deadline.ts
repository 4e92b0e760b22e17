import type { Clock } from './clock.ts';

/** Why a wait is over: its time ran out, or nobody waits for the result any more. */
export type DeadlineEnd = 'expired' | 'cancelled';

/** How long somebody still waits for a result. Timers and signals exist only once somebody asks for them. */
export class Deadline {
  readonly #clock: Clock;
  readonly #at: number;
  readonly #parent: Deadline | undefined;
  readonly #waiting = new Set<(end: DeadlineEnd) => void>();
  #release: (() => void) | undefined;
  #end: DeadlineEnd | undefined;
  #controller: AbortController | undefined;

  constructor(milliseconds: number, clock: Clock, parent?: Deadline) {
    this.#clock = clock;
    this.#at = clock.elapsed() + Math.min(milliseconds, parent?.remaining() ?? milliseconds);
    this.#parent = parent;
  }

  /** Milliseconds left; 0 when it is over. */
  remaining(): number {
    return this.#end === undefined ? Math.max(0, this.#at - this.#clock.elapsed()) : 0;
  }

  /** A deadline that is over after so many milliseconds, or with this one. */
  within(milliseconds: number): Deadline {
    return new Deadline(milliseconds, this.#clock, this);
  }

  /** Calls back once it is over (at once, if it is already); the function it returns takes that back. */
  whenOver(callback: (end: DeadlineEnd) => void): () => void {
    if (this.#end !== undefined) {
      callback(this.#end);
      return () => {};
    }
    this.#waiting.add(callback);
    this.#release ??= this.#watch();
    return () => {
      this.#waiting.delete(callback);
      if (this.#waiting.size === 0) this.#rest();
    };
  }

  /** Ends the wait: the caller has left. */
  cancel(): void {
    this.#finish('cancelled');
  }

  /** Stops watching: the result is there. Who waits is not called back. */
  settle(): void {
    this.#waiting.clear();
    this.#rest();
  }

  /** For libraries that want a signal. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      this.whenOver((end) =>
        controller.abort(new Error(end === 'expired' ? 'the deadline is over' : 'the caller left')),
      );
    }
    return this.#controller.signal;
  }

  #watch(): () => void {
    const stopTimer = this.#clock.after(this.remaining(), () => this.#finish('expired'));
    const stopParent = this.#parent?.whenOver((end) => this.#finish(end));
    return () => {
      stopTimer();
      stopParent?.();
    };
  }

  #rest(): void {
    this.#release?.();
    this.#release = undefined;
  }

  #finish(end: DeadlineEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#rest();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const callback of waiting) callback(end);
  }
}
