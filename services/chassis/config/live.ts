import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Log } from '../telemetry/log.ts';
import type { ConfigSource } from './config-source.ts';

/** A typed value that follows a config source. Reading it costs no more than reading a property. */
export interface Live<T> {
  readonly value: T;
}

/**
 * The value of this name, over its defaults. One that does not match the schema is refused with a warning, and the last
 * that did stays.
 */
export function live<S extends TSchema>(
  source: ConfigSource,
  name: string,
  schema: S,
  defaults: Static<S>,
  log: Log,
): Live<Static<S>> {
  const validator = Compile(schema);
  const held = { value: defaults };
  const read = (): void => {
    const given = source.get(name);
    const value = merged(defaults, given);
    if (validator.Check(value)) {
      held.value = value as Static<S>;
      return;
    }
    const [fault] = validator.Errors(value);
    log.warn(`config ${name} is refused, the last good value stays: ${fault?.instancePath || '/'} ${fault?.message}`);
  };
  read();
  source.watch(read);
  return held;
}

const merged = (defaults: unknown, given: unknown): unknown =>
  isRecord(defaults) && isRecord(given) ? { ...defaults, ...given } : (given ?? defaults);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
