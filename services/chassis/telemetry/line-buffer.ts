// Imported, because a global is looked up each time.
import { Buffer } from 'node:buffer';
import type { Clock } from '../time/clock.ts';

const MOST_WAIT_MS = 20;
const MOST_BYTES = 32_768;
const LINE_BREAK = 10;

/** Collects lines for a moment and passes them on together: a write costs more than a line. */
export class LineBuffer {
  readonly #sink: (bytes: Buffer) => void;
  readonly #clock: Clock;
  /** Each line becomes bytes at once, while its pieces are still in the processor's cache. */
  #bytes = Buffer.allocUnsafeSlow(MOST_BYTES);
  #end = 0;
  #urgent = false;
  #stopWaiting: (() => void) | undefined;

  /** @param sink takes the bytes of whole lines, and may keep them */
  constructor(sink: (bytes: Buffer) => void, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  /** Takes one line, without its line break. An urgent one, and all before it, are passed on at the next turn. */
  write(line: string, urgent = false): void {
    // A running timer goes on after a full buffer was passed on: setting a new one costs more than a line.
    this.#stopWaiting ??= this.#clock.after(MOST_WAIT_MS, () => this.flush());
    // No character takes more than three bytes.
    const most = line.length * 3 + 1;
    if (most > MOST_BYTES - this.#end) this.#handOn();
    if (most > MOST_BYTES) {
      this.#sink(Buffer.from(`${line}\n`));
      return;
    }
    this.#end += this.#bytes.write(line, this.#end);
    this.#bytes[this.#end] = LINE_BREAK;
    this.#end += 1;
    if (urgent && !this.#urgent) {
      this.#urgent = true;
      setImmediate(() => this.flush());
    }
  }

  /** Passes on what is collected, now. */
  flush(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#urgent = false;
    this.#handOn();
  }

  #handOn(): void {
    if (this.#end === 0) return;
    const bytes = this.#bytes.subarray(0, this.#end);
    this.#bytes = Buffer.allocUnsafeSlow(MOST_BYTES);
    this.#end = 0;
    this.#sink(bytes);
  }
}
