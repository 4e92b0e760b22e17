import { Alarm } from './alarm.ts';
import type { Clock } from './clock.ts';

/** Why a wait is over: its time ran out, or nobody waits for the result any more. */
export type DeadlineEnd = 'expired' | 'cancelled';

/** How long a caller still waits for a result. Costs no timer until somebody subscribes to its end. */
export class Deadline extends Alarm {
  readonly #clock: Clock;
  readonly #parent: Deadline | undefined;
  #end: DeadlineEnd | undefined = undefined;
  /** Usually there is one; a set is made for more. */
  #callback: ((end: DeadlineEnd) => void) | undefined = undefined;
  #callbacks: Set<(end: DeadlineEnd) => void> | undefined = undefined;
  /** The watched deadlines within this one, a linked list. */
  #child: Deadline | undefined = undefined;
  #sibling: Deadline | undefined = undefined;
  #siblingBefore: Deadline | undefined = undefined;
  #joined = false;
  #controller: AbortController | undefined = undefined;

  /** Pass `now` if you have just read the clock. */
  constructor(milliseconds: number, clock: Clock, parent?: Deadline, now = clock.elapsed()) {
    const at = now + milliseconds;
    super(parent !== undefined && parent.at < at ? parent.at : at);
    this.#clock = clock;
    this.#parent = parent;
  }

  /** Milliseconds left; 0 when it is over. */
  remaining(): number {
    return this.end === undefined ? Math.max(0, this.at - this.#clock.elapsed()) : 0;
  }

  /** Why it is over, once that was noticed; use `remaining` to find out whether time is left. */
  get end(): DeadlineEnd | undefined {
    return this.#end ?? this.#parent?.end;
  }

  /**
   * A deadline that is over after that many milliseconds, or with this one; pass `now` if you have just read the clock.
   */
  within(milliseconds: number, now?: number): Deadline {
    return new Deadline(milliseconds, this.#clock, this, now);
  }

  /** Calls back once it is over (at once, if it is already); the returned function unsubscribes. */
  whenOver(callback: (end: DeadlineEnd) => void): () => void {
    this.tellOnce(callback);
    return () => this.#forget(callback);
  }

  /** Like `whenOver`, for callers that settle the deadline instead of unsubscribing. */
  tellOnce(callback: (end: DeadlineEnd) => void): void {
    const { end } = this;
    if (end !== undefined) {
      callback(end);
      return;
    }
    if (this.#callback === undefined) this.#callback = callback;
    else {
      this.#callbacks ??= new Set();
      this.#callbacks.add(callback);
    }
    this.#clock.set(this);
    this.#join();
  }

  /** Ends the wait: the caller has left. */
  cancel(): void {
    this.#finish('cancelled');
  }

  /** Stops watching: the result is there. Subscribers are not called. */
  settle(): void {
    this.#callback = undefined;
    this.#callbacks = undefined;
    while (this.#child !== undefined) this.#child.#leave();
    this.#rest();
  }

  /** The deadline as a signal, for libraries. */
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

  /** Called by the clock. */
  override ring(): void {
    this.#finish('expired');
  }

  #finish(end: DeadlineEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    const callback = this.#callback;
    const callbacks = this.#callbacks;
    this.#callback = undefined;
    this.#callbacks = undefined;
    // Unlinked first: a callback may end a deadline that this one is within, and come by here again.
    for (let child = this.#child; child !== undefined; child = this.#child) {
      child.#leave();
      child.#finish(end);
    }
    this.#rest();
    callback?.(end);
    if (callbacks !== undefined) for (const another of callbacks) another(end);
  }

  #forget(callback: (end: DeadlineEnd) => void): void {
    if (this.#callback === callback) this.#callback = undefined;
    else this.#callbacks?.delete(callback);
    if (this.#awaited) return;
    this.#clock.unset(this);
    if (this.#child === undefined) this.#leave();
  }

  get #awaited(): boolean {
    return this.#callback !== undefined || (this.#callbacks !== undefined && this.#callbacks.size > 0);
  }

  /** From here on it is cancelled with the deadline it is within, which needs no alarm: it never expires earlier. */
  #join(): void {
    const parent = this.#parent;
    if (parent === undefined || this.#joined) return;
    const first = parent.#child;
    if (first !== undefined) first.#siblingBefore = this;
    this.#sibling = first;
    parent.#child = this;
    this.#joined = true;
    parent.#join();
  }

  #leave(): void {
    const parent = this.#parent;
    if (parent === undefined || !this.#joined) return;
    const before = this.#siblingBefore;
    const after = this.#sibling;
    if (before === undefined) parent.#child = after;
    else before.#sibling = after;
    if (after !== undefined) after.#siblingBefore = before;
    this.#siblingBefore = undefined;
    this.#sibling = undefined;
    this.#joined = false;
    if (parent.#child === undefined && !parent.#awaited) parent.#leave();
  }

  #rest(): void {
    this.#clock.unset(this);
    this.#leave();
  }
}
