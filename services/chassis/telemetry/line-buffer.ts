/** Gathers lines and hands them on once per turn of the event loop: a write costs more than a line. */
export class LineBuffer {
  readonly #sink: (text: string) => void;
  #text = '';

  constructor(sink: (text: string) => void) {
    this.#sink = sink;
  }

  /** Takes one line, without its line break. */
  write(line: string): void {
    if (this.#text === '') setImmediate(() => this.flush());
    this.#text += `${line}\n`;
  }

  /** Hands on what is gathered, now. */
  flush(): void {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#sink(text);
  }
}
