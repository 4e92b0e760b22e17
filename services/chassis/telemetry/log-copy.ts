import { isSecret, REDACTED, withoutNamedSecrets, withoutSecrets } from './secrets.ts';

/** Levels of nested objects that are written. */
const MOST_LEVELS = 16;
/** Values of one line that are written: objects that refer to each other would be written once per way to them. */
const MOST_VALUES = 1_000;
const TOO_MUCH = '[too much]';

/** The members of an error that are written; by default most would not be. */
const ERROR_NAMES = ['name', 'message', 'code', 'stack', 'cause', 'errors'];

/**
 * Copies what a log line is given into what JSON can say, without secrets. Not left to JSON's replacer, which cannot go
 * on after code of a value has thrown.
 */
export class LogCopy {
  /** The objects that the present value is in. */
  readonly #around: object[] = [];
  #left = MOST_VALUES;

  /** The value under a name; undefined if nothing is to be written. */
  of(holder: object, name: string): unknown {
    const depth = this.#around.length;
    try {
      const given: unknown = Reflect.get(holder, name);
      if (given === undefined) return undefined;
      if (isSecret(name, given)) return REDACTED;
      if (this.#left === 0) return TOO_MUCH;
      this.#left -= 1;
      if (ArrayBuffer.isView(given)) return `[${given.byteLength} bytes]`;
      const value = typeof given === 'object' && given !== null && isWritten(given) ? given.toJSON(name) : given;
      if (typeof value === 'string') return withoutSecrets(value);
      if (typeof value === 'bigint') return String(value);
      if (typeof value === 'symbol' || typeof value === 'function') return undefined;
      if (typeof value !== 'object' || value === null) return value;
      if (this.#around.includes(value)) return '[circular]';
      if (depth === MOST_LEVELS) return '[too deep]';
      this.#around.push(value);
      return Array.isArray(value) ? this.#list(value) : this.#members(value);
    } catch {
      return '[unreadable]';
    } finally {
      this.#around.length = depth;
    }
  }

  // One more than there is room for, which says that there were more.
  #list(values: readonly unknown[]): unknown[] {
    return withoutNamedSecrets(values.slice(0, this.#left + 1)).map((_, at, list) => this.of(list, String(at)) ?? null);
  }

  #members(value: object): object {
    const names = value instanceof Error ? ERROR_NAMES : Object.keys(value).slice(0, this.#left + 1);
    return Object.fromEntries(names.map((name) => [name, this.of(value, name)]));
  }
}

/** Whether it has its own form for JSON, as a date does. */
const isWritten = (value: object): value is { toJSON(name: string): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';
