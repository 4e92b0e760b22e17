/** A callback due at a given moment. It is its own list node, so setting one allocates nothing. */
export abstract class Alarm {
  /** The moment, in the clock's elapsed milliseconds. */
  readonly at: number;
  /** The clock's own: its slot while it is set. */
  slot = -1;
  /** The clock's own: the alarm before it in the slot. */
  earlier: Alarm | undefined = undefined;
  /** The clock's own: the alarm after it in the slot. */
  later: Alarm | undefined = undefined;

  constructor(at: number) {
    this.at = at;
  }

  /** Called at the moment. */
  abstract ring(): void;
}
