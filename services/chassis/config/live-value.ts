import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { errorMessage } from '../error-message.ts';
import type { Log } from '../telemetry/log.ts';
import type { ConfigSource } from './config-source.ts';
import type { Live } from './live.ts';

/** A value that follows its source until it is closed; from then on it stays as it is. */
export interface LiveValue<T> extends Live<T> {
  /** Stops following the source. */
  close(): void;
}

/**
 * The value of this name, over its defaults, be it a part of a part. One that cannot be read or does not match the schema
 * is refused with a warning, and the last that did stays.
 */
export function live<S extends TSchema>(
  source: ConfigSource,
  name: string,
  schema: S,
  defaults: Static<S>,
  log: Log,
): LiveValue<Static<S>> {
  // Made when there is a value to check: most services start with none, and each would pay for it then.
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
      // JSON's own messages go on for several lines.
      [fault] = errorMessage(error).split('\n');
      text = `cannot be read: ${fault}`;
    }
    // A source tells of changes, not of what has changed: the same fault must not be told again each time.
    if (text === seen) return;
    seen = text;
    if (fault !== undefined) {
      log.warn(`config ${name} ${text}; what was set before stays, correct it at its source`);
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
  const held = { value: defaults, close: source.watch(read) };
  read();
  return held;
}

/** What is wrong and where, and what is kept there. */
function complaint(faults: readonly TLocalizedValidationError[], value: unknown, kept: unknown): string {
  // Of a key that nobody knows, the first fault says no more than that its schema is `false`.
  const fault = faults.find(({ keyword }) => keyword === 'additionalProperties') ?? faults[0];
  const at = fault?.instancePath ?? '';
  if (fault?.keyword === 'additionalProperties') {
    return `${at} has no ${fault.params.additionalProperties.join(', ')}; what was set before`;
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

/** What stands at a JSON pointer such as `/timeoutMs`. */
const partOf = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((part, key) => (isRecord(part) ? part[key] : undefined), value);

const shortJson = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};
