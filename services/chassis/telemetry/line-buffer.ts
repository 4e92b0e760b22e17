import type { Clock } from '../time/clock.ts';

const MOST_WAIT_MS = 20;
const MOST_CHARACTERS = 16_384;

/** Gathers lines for a moment and hands them on together: a write costs more than a line. */
export class LineBuffer {
  readonly #sink: (text: string) => void;
  readonly #clock: Clock;
  #text = '';
  #urgent = false;
  #stopWaiting: (() => void) | undefined;

  constructor(sink: (text: string) => void, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  /** Takes one line, without its line break. An urgent one, and all before it, are handed on at the next turn. */
  write(line: string, urgent = false): void {
    if (this.#text === '') this.#stopWaiting = this.#clock.after(MOST_WAIT_MS, () => this.flush());
    this.#text += `${line}\n`;
    if (this.#text.length >= MOST_CHARACTERS) this.flush();
    else if (urgent && !this.#urgent) {
      this.#urgent = true;
      setImmediate(() => this.flush());
    }
  }

  /** Hands on what is gathered, now. */
  flush(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#urgent = false;
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#sink(text);
  }
}
