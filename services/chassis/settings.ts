import { Environment } from '../../contract/environment.ts';

/** One value that comes from the environment. */
export interface Setting<T> {
  readonly variable: string;
  /** What is expected, for the error: `a port number`. */
  readonly expected: string;
  /** What to take if the variable isn't set. @default - it must be set */
  readonly fallback?: T;
  /** The value of this text; undefined if it is none. */
  readonly parse: (text: string) => T | undefined;
}

/** Settings by name, still to be read. */
export type SettingDeclarations = Readonly<Record<string, Setting<unknown>>>;

/** The values of declared settings. */
export type SettingValues<D extends SettingDeclarations> = {
  readonly [Name in keyof D]: D[Name] extends Setting<infer T> ? T : never;
};

/** Variables are missing or wrong; the message names each, with what was got and what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Any text but the empty one. */
export const textSetting = (variable: string, fallback?: string): Setting<string> => ({
  variable,
  expected: 'text',
  fallback,
  parse: (text) => text,
});

/** A whole number of milliseconds, at least 1. */
export const millisecondsSetting = (variable: string, fallback?: number): Setting<number> => ({
  variable,
  expected: 'a whole number of milliseconds',
  fallback,
  parse: (text) => wholeNumber(text, 1, 2 ** 31 - 1),
});

/** A port. */
export const portSetting = (variable: string, fallback?: number): Setting<number> => ({
  variable,
  expected: 'a port number from 0 to 65535',
  fallback,
  parse: (text) => wholeNumber(text, 0, 65535),
});

/** An address to call: `http://catalog`. */
export const urlSetting = (variable: string, fallback?: string): Setting<string> => ({
  variable,
  expected: 'a URL such as http://catalog',
  fallback,
  parse: (text) => (/^https?:/.test(text) && URL.canParse(text) ? text : undefined),
});

/** What every service is told by its construct; the times are those of the one clock. */
export const serviceSettings = {
  service: textSetting(Environment.service),
  stage: textSetting(Environment.stage),
  port: portSetting(Environment.port, 8080),
  requestTimeoutMs: millisecondsSetting(Environment.requestTimeout, 20_000),
  keepAliveMs: millisecondsSetting(Environment.keepAlive, 75_000),
  drainMs: millisecondsSetting(Environment.drain, 55_000),
};

/** Values of {@link serviceSettings}. */
export type ServiceSettings = SettingValues<typeof serviceSettings>;

/** Reads settings from the environment; all that is wrong is said at once. The only place that looks at `process.env`. */
export function readSettings<D extends SettingDeclarations>(
  declared: D,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SettingValues<D> {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, { variable, expected, fallback, parse }] of Object.entries(declared)) {
    const text = environment[variable] ?? '';
    const value = text === '' ? fallback : parse(text);
    values[name] = value;
    if (value === undefined)
      faults.push(`${variable} must be ${expected}, got ${text === '' ? 'nothing' : `'${text}'`}`);
  }
  if (faults.length === 0) return values as SettingValues<D>;
  throw new SettingsError(`${faults.join('; ')}; set it in the environment of the service (its bindings do)`);
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
