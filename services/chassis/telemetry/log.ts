import type { Live } from '../config/live.ts';
import type { Clock } from '../time/clock.ts';
import { LogCopy } from './log-copy.ts';
import { atLeast, type LogLevel } from './log-level.ts';
import { withoutSecrets } from './secrets.ts';
import { Timestamps } from './timestamps.ts';

/** What a line says besides its message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** One line of JSON per call, without the secrets that got into it by mistake. */
export interface Log {
  /** Writes what only a developer wants to know; by default such lines are not written. */
  debug(message: string, fields?: LogFields): void;
  /** Writes what has happened. */
  info(message: string, fields?: LogFields): void;
  /** Writes what should not have happened, but was handled. */
  warn(message: string, fields?: LogFields): void;
  /** Writes what somebody should look into. */
  error(message: string, fields?: LogFields): void;
  /** A log that adds these fields to each line. */
  with(fields: LogFields): Log;
  /** Whether lines of this level are written at present. */
  writes(level: LogLevel): boolean;
  /**
   * Writes a line that is already written as members of a JSON object, each after a comma:
   * `,"msg":"GET /products/{id} 200","ms":1.2`. For the few lines written per request: nothing is checked, so it must
   * contain no secret.
   */
  line(level: LogLevel, members: string): void;
}

/** Takes a line, without its line break; an urgent one should not wait for others. */
export type WriteLine = (line: string, urgent: boolean) => void;

const ALL_FROM_INFO: Live<LogLevel> = { value: 'info' };

/** A log that passes each line to `write`, from a level on that may change. @param level by default info */
export const createLog = (write: WriteLine, clock: Clock, level: Live<LogLevel> = ALL_FROM_INFO): Log =>
  new JsonLog({ write, clock, level, timestamps: new Timestamps() }, '');

interface Output {
  readonly write: WriteLine;
  readonly clock: Clock;
  readonly level: Live<LogLevel>;
  readonly timestamps: Timestamps;
}

class JsonLog implements Log {
  readonly #output: Output;
  /** Members of every line, already JSON: they are the same on thousands of lines. */
  readonly #constant: string;
  readonly #end: string;

  constructor(output: Output, constant: string) {
    this.#output = output;
    this.#constant = constant;
    this.#end = `${constant}}`;
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  with(fields: LogFields): Log {
    return new JsonLog(this.#output, this.#constant + members(fields));
  }

  writes(level: LogLevel): boolean {
    return atLeast(level, this.#output.level.value);
  }

  line(level: LogLevel, own: string): void {
    const { write, clock, timestamps } = this.#output;
    if (!this.writes(level)) return;
    // Of as few pieces as possible: the cost of a line is that of its pieces, whatever their length.
    write(
      `${BEGINNINGS[level]}${timestamps.at(clock.now())}"${own}${this.#end}`,
      level === 'warn' || level === 'error',
    );
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.writes(level)) return;
    const own = fields === undefined ? '' : members(fields);
    this.line(level, `,"msg":${JSON.stringify(withoutSecrets(message))}${own}`);
  }
}

const BEGINNINGS: Readonly<Record<LogLevel, string>> = {
  debug: '{"level":"debug","time":"',
  info: '{"level":"info","time":"',
  warn: '{"level":"warn","time":"',
  error: '{"level":"error","time":"',
};

function members(fields: LogFields): string {
  const copy = new LogCopy();
  let text = '';
  for (const name of Object.keys(fields)) {
    const value = copy.of(fields, name);
    if (value === undefined) continue;
    text += `,${JSON.stringify(OWN_NAMES.has(name) ? `${name}_` : name)}:${JSON.stringify(value)}`;
  }
  return text;
}

/** The names every line has itself: a field of such a name is renamed, or a reader would take it for those. */
const OWN_NAMES: ReadonlySet<string> = new Set(['level', 'time', 'msg']);
