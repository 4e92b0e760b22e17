import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  callSetting,
  collectorSetting,
  millisecondsSetting,
  portSetting,
  readSettings,
  serviceSettings,
  textSetting,
  urlSetting,
} from '../../../../services/chassis/process/settings.ts';

describe('readSettings', () => {
  it('reads what constructs set', () => {
    const environment = { MOSAIC_SERVICE: 'catalog', MOSAIC_STAGE: 'dev', PORT: '9000', MOSAIC_DRAIN_MS: '21234' };
    expect(readSettings(serviceSettings, environment)).toMatchObject({
      service: 'catalog',
      stage: 'dev',
      port: 9000,
      drainMs: 21_234,
      keepAliveMs: 75_000,
    });
  });

  it('names every variable that is wrong, what was got and what to do', () => {
    const declared = {
      url: urlSetting('CATALOG_URL'),
      wait: millisecondsSetting('CATALOG_TIMEOUT_MS'),
      table: textSetting('T'),
    };
    expect(() => readSettings(declared, { CATALOG_URL: 'catalog', CATALOG_TIMEOUT_MS: '1.5' })).toThrow(
      "CATALOG_URL must be a URL such as http://catalog, got 'catalog'; " +
        "CATALOG_TIMEOUT_MS must be a whole number of milliseconds, got '1.5'; " +
        'T must be text, got nothing; set it in the environment of the process',
    );
  });

  it('reads where a bound service answers and how long a call to it may take', () => {
    const declared = { catalog: callSetting('catalog'), oldOrders: callSetting('old-orders') };
    const environment = {
      CATALOG_URL: 'http://catalog',
      CATALOG_TIMEOUT_MS: '800',
      OLD_ORDERS_URL: 'cloudmap://mosaic-dev/old-orders',
      OLD_ORDERS_TIMEOUT_MS: '900',
    };
    expect(readSettings(declared, environment)).toEqual({
      catalog: { service: 'catalog', url: 'http://catalog', timeoutMs: 800 },
      oldOrders: { service: 'old-orders', url: 'cloudmap://mosaic-dev/old-orders', timeoutMs: 900 },
    });
    expect(() => readSettings(declared, { ...environment, CATALOG_URL: 'catalog', OLD_ORDERS_TIMEOUT_MS: '' })).toThrow(
      "CATALOG_URL must be a URL such as http://catalog or cloudmap://shop/catalog, got 'catalog'; " +
        'OLD_ORDERS_TIMEOUT_MS must be a whole number of milliseconds, got nothing; set it in the environment',
    );
  });

  it('refuses a time to drain in which a request cannot finish', () => {
    const read = (drain: string, request: string) =>
      readSettings(serviceSettings, {
        MOSAIC_SERVICE: 'a',
        MOSAIC_STAGE: 'b',
        MOSAIC_DRAIN_MS: drain,
        MOSAIC_REQUEST_TIMEOUT_MS: request,
      });
    expect(() => read('999', '1000')).toThrow(
      /^MOSAIC_DRAIN_MS must not be less than MOSAIC_REQUEST_TIMEOUT_MS \(1000\), got 999; set it/,
    );
    expect(read('1000', '1000')).toMatchObject({ drainMs: 1_000, requestTimeoutMs: 1_000 });
    expect(() => read('1000', 'soon')).toThrow(/^MOSAIC_REQUEST_TIMEOUT_MS must be a whole number[^;]*; set it/);
  });

  it('refuses a collector that is no URL; none is none', () => {
    const read = (value?: string) =>
      readSettings({ collector: collectorSetting }, { OTEL_EXPORTER_OTLP_ENDPOINT: value }).collector;
    expect(() => read('localhost:4318')).toThrow(
      "OTEL_EXPORTER_OTLP_ENDPOINT must be a URL such as http://localhost:4318, got 'localhost:4318'",
    );
    expect([read('http://localhost:4318'), read(''), read()]).toEqual(['http://localhost:4318', '', '']);
  });

  it.each(['-1', '65536', '80a', '0x50', '1e3', ' 80'])('refuses %p as a port', (port) => {
    expect(() => readSettings({ port: portSetting('PORT') }, { PORT: port })).toThrow('PORT must be a port number');
  });

  it('is the only place in services that looks at process.env', () => {
    const services = join(import.meta.dirname, '../../../../services');
    const files = readdirSync(services, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const looking = files.filter((file) => /process\.env\b(?!`)/.test(readFileSync(join(services, file), 'utf8')));
    expect(looking).toEqual(['chassis/process/settings.ts']);
  });
});

describe('importing the chassis', () => {
  it('does nothing: no line, no timer, no socket, no global, no signal handler', () => {
    const door = join(import.meta.dirname, '../../../../services/chassis/index.ts');
    const program = `
      const before = Object.getOwnPropertyNames(globalThis).length;
      await import(${JSON.stringify(door)});
      console.log(process.getActiveResourcesInfo().filter((it) => /^(Timeout|Immediate|TCP.*)$/.test(it)).length,
        Object.getOwnPropertyNames(globalThis).length - before, process.listenerCount('SIGTERM'));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      env: {},
    });
    expect(output).toBe('0 0 0\n');
  });
});
