import type { OutputSource } from '../process-group.ts';

/** A longer line is cut, as container runtimes do. */
const LONGEST = 64 * 1024;

/** Joins pieces of output into lines, separately for standard output and standard error. */
export class Lines {
  readonly #rest: Record<OutputSource, string> = { stdout: '', stderr: '' };
  readonly #line: (line: string) => void;

  constructor(line: (line: string) => void) {
    this.#line = line;
  }

  add(source: OutputSource, text: string): void {
    const lines = (this.#rest[source] + text).split('\n');
    let rest = lines.pop()!;
    for (const line of lines) this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
    for (; rest.length > LONGEST; rest = rest.slice(LONGEST)) this.#line(rest.slice(0, LONGEST));
    this.#rest[source] = rest;
  }

  /** Emits a last line that has no line end. */
  end(): void {
    for (const source of ['stdout', 'stderr'] as const) {
      if (this.#rest[source] !== '') this.#line(this.#rest[source]);
      this.#rest[source] = '';
    }
  }
}
