import { readCloudMapUrl } from '../../../contract/cloud-map-url.ts';
import { Environment, timeoutVariable, urlVariable } from '../../../contract/environment.ts';
import { wholeNumber } from '../whole-number.ts';

/** The environment variables of a process. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** A value from the environment: from one variable, or from several that belong together. */
export interface Setting<T> {
  /** The value; undefined if it is wrong, after calling `fault` with the reason. */
  read(environment: EnvironmentVariables, fault: (text: string) => void): T | undefined;
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

/** How one variable is read. */
export interface VariableProps<T> {
  /** Its name. */
  readonly variable: string;
  /** What is expected, for the error: `a port number`. */
  readonly expected: string;
  /** The value if the variable is not set. @default - it must be set */
  readonly fallback?: T | undefined;
  /** The value of this text; undefined if it is not valid. */
  readonly parse: (text: string) => T | undefined;
}

/** The value of one variable; an empty one counts as not set. */
export const variableSetting = <T>({ variable, expected, fallback, parse }: VariableProps<T>): Setting<T> => ({
  read(environment, fault) {
    const text = environment[variable] ?? '';
    const value = text === '' ? fallback : parse(text);
    if (value === undefined) fault(`${variable} must be ${expected}, got ${text === '' ? 'nothing' : `'${text}'`}`);
    return value;
  },
});

/** Any text that is not empty; without a `fallback` it must be set. */
export const textSetting = (variable: string, fallback?: string): Setting<string> =>
  variableSetting({ variable, expected: 'text', fallback, parse: (text) => text });

/** A whole number of milliseconds, at least 1; without a `fallback` it must be set. */
export const millisecondsSetting = (variable: string, fallback?: number): Setting<number> =>
  variableSetting({
    variable,
    expected: 'a whole number of milliseconds',
    fallback,
    parse: (text) => numberWithin(text, 1, 2 ** 31 - 1),
  });

/** A port number from 0 to 65535; without a `fallback` it must be set. */
export const portSetting = (variable: string, fallback?: number): Setting<number> =>
  variableSetting({
    variable,
    expected: 'a port number from 0 to 65535',
    fallback,
    parse: (text) => numberWithin(text, 0, 65535),
  });

/** An address to call, `http://catalog`; without a `fallback` it must be set. */
export const urlSetting = (variable: string, fallback?: string): Setting<string> =>
  variableSetting({
    variable,
    expected: 'a URL such as http://catalog',
    fallback,
    parse: httpUrl,
  });

/** Where a bound service answers, and how long a call to it may take: part of the props of `client`. */
export interface CallSettings {
  /** The service that is called, for errors, metrics, `/breakers` and `calls.<service>` in the config. */
  readonly service: string;
  /** `http://catalog`, or `cloudmap://shop/catalog` where the client finds the instances itself. */
  readonly url: string;
  /** Longest a call may take in all, and an attempt unless the config says otherwise. */
  readonly timeoutMs: number;
}

/** Reads what the binding of a call sets: `CATALOG_URL` and `CATALOG_TIMEOUT_MS`. */
export function callSetting(service: string): Setting<CallSettings> {
  const url = variableSetting({
    variable: urlVariable(service),
    expected: `a URL such as http://${service} or cloudmap://shop/${service}`,
    parse: (text) => (readCloudMapUrl(text) ? text : httpUrl(text)),
  });
  const timeout = millisecondsSetting(timeoutVariable(service));
  return {
    read(environment, fault) {
      const values = { url: url.read(environment, fault), timeoutMs: timeout.read(environment, fault) };
      return values.url && values.timeoutMs ? { service, url: values.url, timeoutMs: values.timeoutMs } : undefined;
    },
  };
}

/** Base address of an OpenTelemetry collector, if there is one. */
export const collectorSetting = variableSetting({
  variable: Environment.collector,
  expected: 'a URL such as http://localhost:4318',
  fallback: '',
  parse: httpUrl,
});

const requestTimeoutSetting = millisecondsSetting(Environment.requestTimeout, 20_000);
const ownDrainSetting = millisecondsSetting(Environment.drain, 55_000);

/** Draining must last at least as long as a request may take, or healthy requests would be cut off. */
const drainSetting: Setting<number> = {
  read(environment, fault) {
    const drainMs = ownDrainSetting.read(environment, fault);
    // Its faults are reported where it is read itself.
    const requestTimeoutMs = requestTimeoutSetting.read(environment, () => {});
    if (drainMs === undefined || requestTimeoutMs === undefined || drainMs >= requestTimeoutMs) return drainMs;
    fault(
      `${Environment.drain} must not be less than ${Environment.requestTimeout} (${requestTimeoutMs}), got ${drainMs}`,
    );
    return undefined;
  },
};

/** The settings that every service gets from its construct; the times come from the one clock. */
export const serviceSettings = {
  service: textSetting(Environment.service),
  stage: textSetting(Environment.stage),
  port: portSetting(Environment.port, 8080),
  requestTimeoutMs: requestTimeoutSetting,
  keepAliveMs: millisecondsSetting(Environment.keepAlive, 75_000),
  drainMs: drainSetting,
};

/** Values of {@link serviceSettings}. */
export type ServiceSettings = SettingValues<typeof serviceSettings>;

/** Reads settings from the environment, and reports all faults at once. The only place that reads `process.env`. */
export function readSettings<D extends SettingDeclarations>(
  declared: D,
  environment: EnvironmentVariables = process.env,
): SettingValues<D> {
  const faults: string[] = [];
  const values = Object.entries(declared).map(([name, setting]) => [
    name,
    setting.read(environment, (fault) => faults.push(fault)),
  ]);
  if (faults.length === 0) return Object.fromEntries(values) as SettingValues<D>;
  throw new SettingsError(`${faults.join('; ')}; set it in the environment of the process (on Mosaic: by a binding)`);
}

function numberWithin(text: string, least: number, most: number): number | undefined {
  const value = wholeNumber(text);
  return value !== undefined && value >= least && value <= most ? value : undefined;
}

function httpUrl(text: string): string | undefined {
  return /^https?:/.test(text) && URL.canParse(text) ? text : undefined;
}
