import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import type { ConfigSource } from '../../../../services/chassis/config/config-source.ts';
import { live } from '../../../../services/chassis/config/live-value.ts';
import { MemoryConfig } from '../../../../services/chassis/config/memory-config.ts';
import { testRuntime } from '../test-runtime.ts';

const Settings = Type.Object({ limit: Type.Integer({ minimum: 1 }), name: Type.String() });
const defaults = { limit: 10, name: 'x' };

function following(values: Record<string, unknown> = {}) {
  const { log, lines } = testRuntime();
  const config = new MemoryConfig(values);
  return { config, lines, value: live(config, 'catalog.retry', Settings, defaults, log) };
}

describe('a live value', () => {
  it('follows its source, over its defaults', () => {
    const { config, value } = following({ 'catalog.retry': { limit: 5 } });
    expect(value.value).toEqual({ limit: 5, name: 'x' });
    config.set('catalog.retry', { limit: 6, name: 'y' });
    expect(value.value).toEqual({ limit: 6, name: 'y' });
    config.set('catalog.retry', undefined);
    expect(value.value).toEqual(defaults);
  });

  it('may say one part of a part and leave the rest', () => {
    const Nested = Type.Object({ breaker: Type.Object({ open: Type.Number(), least: Type.Number() }) });
    const config = new MemoryConfig({ x: { breaker: { open: 9 } } });
    const value = live(config, 'x', Nested, { breaker: { open: 1, least: 2 } }, testRuntime().log);
    expect(value.value).toEqual({ breaker: { open: 9, least: 2 } });
  });

  it.each([
    [{ limit: 0 }, 'config catalog.retry/limit must be >= 1, got 0; 5 stays, correct it at its source'],
    [{ limit: 'many' }, 'config catalog.retry/limit must be integer, got "many"; 5 stays, correct it at its source'],
    ['on', 'config catalog.retry must be object, got "on"; {"limit":5,"name":"x"} stays, correct it at its source'],
  ])('refuses %j, says so once, and stays the last that was good', (wrong, message) => {
    const { config, lines, value } = following({ 'catalog.retry': { limit: 5 } });
    const good = value.value;
    config.set('catalog.retry', wrong);
    config.set('another.name', 1);
    expect(value.value).toBe(good);
    expect(lines).toMatchObject([{ level: 'warn', msg: message }]);
    config.set('catalog.retry', { limit: 7 });
    config.set('catalog.retry', wrong);
    expect(value.value.limit).toBe(7);
    expect(lines).toHaveLength(2);
  });

  it('begins with its defaults where the first value is refused', () => {
    expect(following({ 'catalog.retry': { limit: -1 } }).value.value).toEqual(defaults);
  });

  const circle: Record<string, unknown> = { limit: 1 };
  circle.self = circle;

  it.each([
    ['a big number', { limit: 1n }, 'Do not know how to serialize a BigInt'],
    ['a circle', circle, 'Converting circular structure to JSON'],
  ])('refuses %s, and keeps nobody else from following the source', (_, wrong, why) => {
    const { config, lines, value } = following({ 'catalog.retry': { limit: 5 } });
    const { log } = testRuntime();
    const other = live(config, 'other', Type.Number(), 1, log);
    config.set('catalog.retry', wrong);
    config.set('other', 2);
    expect([value.value.limit, other.value]).toEqual([5, 2]);
    expect(lines.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      `warn config catalog.retry cannot be read: ${why}; the previous value stays, correct it at its source`,
    ]);
    config.set('catalog.retry', { limit: 7 });
    expect(value.value.limit).toBe(7);
  });

  it('stays while its source fails', () => {
    let get = (): unknown => 2;
    let changed = (): void => {};
    const source: ConfigSource = {
      get: () => get(),
      watch(callback) {
        changed = callback;
        return () => {};
      },
    };
    const { log, lines } = testRuntime();
    const value = live(source, 'x', Type.Number(), 1, log);
    get = () => {
      throw new Error('the file is gone');
    };
    for (let time = 0; time < 3; time++) changed();
    expect(value.value).toBe(2);
    expect(live(source, 'x', Type.Number(), 1, log).value).toBe(1);
    const message = 'config x cannot be read: the file is gone; the previous value stays, correct it at its source';
    expect(lines.map(({ msg }) => msg)).toEqual([message, message]);
  });

  it('leaves its source alone once it is closed', () => {
    let watchers = 0;
    const source: ConfigSource = {
      get: () => undefined,
      watch() {
        watchers += 1;
        return () => {
          watchers -= 1;
        };
      },
    };
    const value = live(source, 'x', Type.Number(), 1, testRuntime().log);
    expect(watchers).toBe(1);
    value.close();
    expect(watchers).toBe(0);

    const { config, value: stays } = following();
    stays.close();
    config.set('catalog.retry', { limit: 3 });
    expect(stays.value).toEqual(defaults);
  });

  it('follows a source that calls back as soon as it is watched', () => {
    const source: ConfigSource = {
      get: () => 2,
      watch(changed) {
        changed();
        return () => {};
      },
    };
    expect(live(source, 'x', Type.Number(), 1, testRuntime().log).value).toBe(2);
  });

  it('refuses what its schema closes out, and names it', () => {
    const Breaker = Type.Object({ open: Type.Number() }, { additionalProperties: false });
    const Closed = Type.Object({ breaker: Breaker }, { additionalProperties: false });
    const { log, lines } = testRuntime();
    const config = new MemoryConfig({ x: { braker: { open: 2 } } });
    const value = live(config, 'x', Closed, { breaker: { open: 1 } }, log);
    config.set('x', { breaker: { opn: 2 } });
    expect(lines.map(({ msg }) => msg)).toEqual([
      'config x has no braker; the previous value stays, correct it at its source',
      'config x/breaker has no opn; the previous value stays, correct it at its source',
    ]);
    config.set('x', { breaker: { open: 3 } });
    expect(value.value).toEqual({ breaker: { open: 3 } });
  });
});
