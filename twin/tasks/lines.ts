import type { OutputSource } from './process-group.ts';

/** A line longer than this is cut in two, as container runtimes do. */
const LONGEST = 64 * 1024;

/** Puts pieces of output together to lines, those of standard output and standard error apart. */
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

  /** Gives out what has no end of line. */
  end(): void {
    for (const source of ['stdout', 'stderr'] as const) {
      if (this.#rest[source] !== '') this.#line(this.#rest[source]);
      this.#rest[source] = '';
    }
  }
}
