import { Alarm } from './alarm.ts';
import type { Clock } from './clock.ts';

/** Why a wait is over: its time ran out, or nobody waits for the result any more. */
export type DeadlineEnd = 'expired' | 'cancelled';

/** How long somebody still waits for a result. It is on nobody's books until somebody asks to be called back. */
export class Deadline extends Alarm {
  readonly #clock: Clock;
  readonly #parent: Deadline | undefined;
  #end: DeadlineEnd | undefined = undefined;
  /** Nearly always there is one; a set is made for more. */
  #callback: ((end: DeadlineEnd) => void) | undefined = undefined;
  #callbacks: Set<(end: DeadlineEnd) => void> | undefined = undefined;
  /** Those within this one that are watched, as a list through themselves. */
  #child: Deadline | undefined = undefined;
  #sibling: Deadline | undefined = undefined;
  #siblingBefore: Deadline | undefined = undefined;
  #joined = false;
  #controller: AbortController | undefined = undefined;

  /** `now` is for those who have just read the clock. */
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

  /** Why it is over, once somebody noticed; who wants to know whether there is time left asks for that. */
  get end(): DeadlineEnd | undefined {
    return this.#end ?? this.#parent?.end;
  }

  /** A deadline that is over after so many milliseconds, or with this one; `now` is for those who have just read the clock. */
  within(milliseconds: number, now?: number): Deadline {
    return new Deadline(milliseconds, this.#clock, this, now);
  }

  /** Calls back once it is over (at once, if it is already); the function it returns takes that back. */
  whenOver(callback: (end: DeadlineEnd) => void): () => void {
    this.tellOnce(callback);
    return () => this.#forget(callback);
  }

  /** The same for those who won't take it back but settle it. */
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

  /** Stops watching: the result is there. Who waits is not called back. */
  settle(): void {
    this.#callback = undefined;
    this.#callbacks = undefined;
    while (this.#child !== undefined) this.#child.#leave();
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
    // Unlinked first: what it calls may end one of those it is within, and come by here again.
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

  /** From here on it is cancelled with the one it is within, which need not be watched: it never expires earlier. */
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
