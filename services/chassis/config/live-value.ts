import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { errorMessage } from '../error-message.ts';
import type { Log } from '../telemetry/log.ts';
import type { ConfigSource } from './config-source.ts';
import type { Live } from './live.ts';

/** A value that follows its source until it is closed, and then stays as it is. */
export interface LiveValue<T> extends Live<T> {
  /** Stops following the source. */
  close(): void;
}

/**
 * The value of this name, merged over its defaults at every level. A value that cannot be read or does not match the
 * schema is refused with a warning, and the last valid one stays.
 */
export function live<S extends TSchema>(
  source: ConfigSource,
  name: string,
  schema: S,
  defaults: Static<S>,
  log: Log,
): LiveValue<Static<S>> {
  // Compiled when there is a value to check: most services start with none, and would pay for it at startup.
  let validator: Validator | undefined;
  let seen = '';
  const read = (): void => {
    let given: unknown;
    let text: string;
    let fault: string | undefined;
    try {
      given = source.get(name);
      text = JSON.stringify(given) ?? '';
    } catch (error) {
      // JSON's own messages have several lines.
      [fault] = errorMessage(error).split('\n');
      text = `cannot be read: ${fault}`;
    }
    // A source says that something changed, not what: the same fault must not be logged each time.
    if (text === seen) return;
    seen = text;
    if (fault !== undefined) {
      log.warn(`config ${name} ${text}; the previous value stays, correct it at its source`);
      return;
    }
    const value = merged(defaults, given);
    validator ??= Compile(schema);
    if (validator.Check(value)) {
      held.value = value as Static<S>;
      return;
    }
    log.warn(`config ${name}${complaint(validator.Errors(value), value, held.value)} stays, correct it at its source`);
  };
  // Made first: a source may call back at once.
  const held = { value: defaults, close: () => {} };
  held.close = source.watch(read);
  read();
  return held;
}

/** What is wrong and where, and which value stays. */
function complaint(faults: readonly TLocalizedValidationError[], value: unknown, kept: unknown): string {
  // For an unknown key, the first fault only says that its schema is `false`.
  const fault = faults.find(({ keyword }) => keyword === 'additionalProperties') ?? faults[0];
  const at = fault?.instancePath ?? '';
  if (fault?.keyword === 'additionalProperties') {
    return `${at} has no ${fault.params.additionalProperties.join(', ')}; the previous value`;
  }
  return `${at} ${fault?.message}, got ${shortJson(partOf(value, at))}; ${JSON.stringify(partOf(kept, at))}`;
}

function merged(defaults: unknown, given: unknown): unknown {
  if (!isRecord(defaults) || !isRecord(given)) return given ?? defaults;
  const own = Object.entries(given).map(([name, value]) => [name, merged(defaults[name], value)]);
  return { ...defaults, ...Object.fromEntries(own) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a JSON pointer such as `/timeoutMs`. */
const partOf = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((part, key) => (isRecord(part) ? part[key] : undefined), value);

const shortJson = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};
