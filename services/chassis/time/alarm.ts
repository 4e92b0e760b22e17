/** Something that is to happen at a moment. It is its own place in the books of a clock, so that waiting allocates nothing. */
export abstract class Alarm {
  /** The moment, in the clock's elapsed milliseconds. */
  readonly at: number;
  /** The clock's own: where it stands while it is set. */
  slot = -1;
  /** The clock's own: the alarm before it there. */
  earlier: Alarm | undefined = undefined;
  /** The clock's own: the alarm behind it there. */
  later: Alarm | undefined = undefined;

  constructor(at: number) {
    this.at = at;
  }

  /** What happens. */
  abstract ring(): void;
}
