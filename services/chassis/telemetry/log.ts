import type { Clock } from '../clock.ts';

/** What a line says beside its message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** One line of JSON per call. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line says this as well. */
  with(fields: LogFields): Log;
}

type Level = 'info' | 'warn' | 'error';

class JsonLog implements Log {
  readonly #write: (line: string) => void;
  readonly #clock: Clock;
  /** Fields of every line, already JSON: they are the same on thousands of lines. */
  readonly #constant: string;

  constructor(write: (line: string) => void, clock: Clock, constant: string) {
    this.#write = write;
    this.#clock = clock;
    this.#constant = constant;
  }

  info(message: string, fields?: LogFields): void {
    this.#line('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#line('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#line('error', message, fields);
  }

  with(fields: LogFields): Log {
    return new JsonLog(this.#write, this.#clock, this.#constant + json(fields));
  }

  #line(level: Level, message: string, fields: LogFields | undefined): void {
    const time = new Date(this.#clock.now()).toISOString();
    const own = fields === undefined ? '' : json(fields);
    this.#write(`{"level":"${level}","time":"${time}","msg":${JSON.stringify(message)}${this.#constant}${own}}`);
  }
}

/** A log that hands each line to `write`. */
export const createLog = (write: (line: string) => void, clock: Clock): Log => new JsonLog(write, clock, '');

function json(fields: LogFields): string {
  let text = '';
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) text += `,${JSON.stringify(name)}:${valueJson(value)}`;
  }
  return text;
}

function valueJson(value: unknown): string {
  try {
    return JSON.stringify(value instanceof Error ? plainError(value) : value) ?? 'null';
  } catch {
    return JSON.stringify(String(value));
  }
}

function plainError(error: Error): LogFields {
  const { name, message, stack, cause } = error;
  return { name, message, stack, cause: cause instanceof Error ? plainError(cause) : cause };
}
