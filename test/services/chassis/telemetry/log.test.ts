import { describe, expect, it } from '@jest/globals';
import { createLog } from '../../../../services/chassis/telemetry/log.ts';
import type { LogLevel } from '../../../../services/chassis/telemetry/log-level.ts';
import { ManualClock } from '../manual-clock.ts';

const logTo = (lines: string[]) => createLog((line) => lines.push(line), new ManualClock());

describe('log', () => {
  it('writes one line of JSON: level, time, message, what it was given, whose line it is', () => {
    const lines: string[] = [];
    logTo(lines).with({ service: 'catalog', stage: 'dev' }).info('hello\nworld', { n: 1, none: undefined });
    expect(lines).toEqual([
      '{"level":"info","time":"2026-01-01T00:00:00.000Z","msg":"hello\\nworld","n":1,"service":"catalog","stage":"dev"}',
    ]);
  });

  it('writes a line that was put together by hand as it is', () => {
    const lines: string[] = [];
    logTo(lines).with({ service: 'catalog' }).line('info', ',"msg":"GET / 200","ms":1.5');
    expect(lines).toEqual([
      '{"level":"info","time":"2026-01-01T00:00:00.000Z","msg":"GET / 200","ms":1.5,"service":"catalog"}',
    ]);
  });

  it('tells the time to the millisecond, through the turn of a second', () => {
    const clock = new ManualClock();
    const lines: string[] = [];
    const log = createLog((line) => lines.push(line), clock);
    for (const step of [7, 80, 900, 13, 59_000]) {
      clock.advance(step);
      log.info('tick');
      expect(JSON.parse(lines.at(-1)!).time).toBe(new Date(clock.now()).toISOString());
    }
  });

  it('follows its level while running, and says what is urgent', () => {
    const level: { value: LogLevel } = { value: 'info' };
    const urgent: [string, boolean][] = [];
    const log = createLog((line, now) => urgent.push([JSON.parse(line).level, now]), new ManualClock(), level);
    const child = log.with({ a: 1 });
    const all = (): void => {
      child.debug('d');
      child.info('i');
      child.line('info', ',"msg":"l"');
      child.warn('w');
      child.error('e');
    };
    all();
    level.value = 'error';
    all();
    level.value = 'debug';
    child.debug('d');
    expect(urgent).toEqual([
      ['info', false],
      ['info', false],
      ['warn', true],
      ['error', true],
      ['error', true],
      ['debug', false],
    ]);
  });

  it('says what an error was, and what caused it', () => {
    const lines: string[] = [];
    const cause = Object.assign(new TypeError('inner'), { code: 'ECONNREFUSED', cause: new Error('innermost') });
    logTo(lines).error('failed', { error: new Error('outer', { cause }) });
    expect(JSON.parse(lines[0]!).error).toMatchObject({
      name: 'Error',
      message: 'outer',
      stack: expect.stringContaining('log.test.ts'),
      cause: { name: 'TypeError', message: 'inner', code: 'ECONNREFUSED', cause: { message: 'innermost' } },
    });
  });

  it('keeps what can be said of an error, whatever JSON cannot say is in it', () => {
    const row = Object.assign(Object.create(null), { id: 1n });
    const loop = new Error('loop', { cause: { row } });
    (loop.cause as Record<string, unknown>).loop = loop;
    const lines: string[] = [];
    logTo(lines).error('failed', { error: loop, row, again: [row, row] });
    expect(JSON.parse(lines[0]!)).toMatchObject({
      error: { message: 'loop', stack: expect.stringContaining('log.test.ts'), cause: { row: { id: '1' } } },
      row: { id: '1' },
      again: [{ id: '1' }, { id: '1' }],
    });
    expect(JSON.parse(lines[0]!).error.cause.loop).toBe('[circular]');
  });

  const refuse = (): never => {
    throw new Error('no');
  };
  const endless = (): object => ({ toJSON: () => ({ more: endless() }) });

  it.each<[string, unknown, unknown]>([
    ['a big number', 1n, '1'],
    ['a date that is none', new Date(Number.NaN), null],
    ['a form for JSON that throws', { toJSON: refuse }, '[unreadable]'],
    [
      'a property that throws',
      Object.defineProperty({ a: 1 }, 'b', { get: refuse, enumerable: true }),
      { a: 1, b: '[unreadable]' },
    ],
    ['a proxy that throws', new Proxy({}, { get: refuse, ownKeys: refuse, has: refuse }), '[unreadable]'],
    ['the name of a prototype', JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
  ])('writes %s rather than fail', (_, value, written) => {
    const lines: string[] = [];
    logTo(lines).with({ always: value }).warn('odd', { value });
    expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'odd', value: written, always: written });
  });

  it('leaves out what JSON has no form for, be it made by a form of its own', () => {
    const user = { name: 'a', password: 'hunter2', toJSON: (): object => ({ ...user }) };
    const lines: string[] = [];
    logTo(lines).warn('odd', { symbol: Symbol('s'), code: () => 1, list: [() => 1], user });
    expect(JSON.parse(lines[0]!)).toEqual({
      level: 'warn',
      time: expect.any(String),
      msg: 'odd',
      list: [null],
      user: { name: 'a', password: '[redacted]' },
    });
  });

  it('writes the length of bytes', () => {
    const lines: string[] = [];
    logTo(lines).warn('odd', { bytes: new Uint8Array(1_000_000), buffer: Buffer.alloc(7) });
    expect(JSON.parse(lines[0]!)).toMatchObject({ bytes: '[1000000 bytes]', buffer: '[7 bytes]' });
  });

  it('stays short where objects know each other, and where there are many', () => {
    const friends = Array.from({ length: 12 }, () => ({ know: [] as object[] }));
    for (const friend of friends) friend.know.push(...friends);
    const lines: string[] = [];
    logTo(lines).warn('odd', { friends, many: Array.from({ length: 1_000_000 }, (_, at) => at), last: 1 });
    expect(lines[0]!.length).toBeLessThan(50_000);
    expect(JSON.parse(lines[0]!)).toMatchObject({ many: '[too much]', last: '[too much]' });
    const few: string[] = [];
    logTo(few).warn('odd', { list: Array.from({ length: 900 }, (_, at) => at), last: 1 });
    expect(JSON.parse(few[0]!)).toMatchObject({ last: 1 });
  });

  it('ends what has no end', () => {
    const lines: string[] = [];
    logTo(lines).warn('odd', { endless: endless() });
    expect(lines[0]).toContain('[too deep]');
  });

  it('does not let a field pass for its level, time or message', () => {
    const lines: string[] = [];
    logTo(lines).with({ time: 'noon' }).error('failed', { level: 'info', msg: 'fine' });
    expect(lines).toEqual([
      '{"level":"error","time":"2026-01-01T00:00:00.000Z","msg":"failed","level_":"info","msg_":"fine","time_":"noon"}',
    ]);
  });
});

describe('a secret', () => {
  const written = (message: string, fields = {}): string => {
    const lines: string[] = [];
    logTo(lines).warn(message, fields);
    expect(() => JSON.parse(lines[0]!)).not.toThrow();
    return lines[0]!;
  };
  const jwt = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.c_-d`;

  it.each([
    'authorization',
    'Cookie',
    'set-cookie',
    'password',
    'dbPassword',
    'clientSecret',
    'access_token',
    'x-api-key',
    'apiKey',
  ])('is left out by its name: %s', (name) => {
    expect(written('m', { [name]: 'hunter2' })).not.toContain('hunter2');
    expect(written('m', { headers: [{ [name]: 'hunter2' }] })).not.toContain('hunter2');
    expect(written('m', { [name]: { deep: 'hunter2' } })).not.toContain('hunter2');
  });

  it.each([
    ['a bearer token', 'Bearer abcdefgh.123'],
    ['basic credentials', 'basic dXNlcjpwYXNz'],
    ['a JWT', jwt],
    ['a JWT behind a word', `reset-${jwt}`],
    ['a query', 'https://x/?user=1&token=abc123'],
    ['the password of a URL', 'postgres://me:hunter2@db:5432/x'],
    ['an access key id', 'AKIAIOSFODNN7EXAMPLE'],
    ['a secret access key', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['a secret access key on a line of its own', 'key\nwJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n'],
  ])('is left out by its looks: %s', (_, text) => {
    const secret = text.split(/[\s:=&@?]+/).filter((part) => /abc|dXN|eyJ|hunter|AKIA|wJal/.test(part))[0]!;
    for (const line of [
      written(`got ${text}`),
      written('m', { text }),
      written('m', { list: [{ text }] }),
      written('m', { error: new Error(`got ${text}`, { cause: new Error(text) }) }),
    ]) {
      expect(line).not.toContain(secret);
      expect(line).toContain('[redacted]');
    }
  });

  it.each([
    ['JSON in a text', { text: '{"password":"hunter2","a":1}' }],
    ['JSON in a text in JSON', { text: '{\\"clientSecret\\": \\"hunter2\\"}' }],
    ['JSON that was cut', { text: '{"password":"hunter2' }],
    ['another language', { text: "{'api_key': 'hunter2'}" }],
    ['a pair', { headers: [['authorization', 'hunter2']] }],
    ['headers as they arrived', { rawHeaders: ['host', 'x', 'Cookie', 'hunter2'] }],
    ['a list at the top', { list: ['password', { deep: 'hunter2' }] }],
  ])('is left out by the name beside it: %s', (_, fields) => {
    expect(written('m', fields)).not.toContain('hunter2');
  });

  it('is left out by its name if it is a number, but counts and answers to questions are not', () => {
    expect(written('m', { token: 987654, deep: { pwd: 987654 } })).not.toContain('987654');
    expect(written('m', { tokensLeft: 987654, hasToken: true })).toContain('"tokensLeft":987654,"hasToken":true');
  });

  it('is left out of what was cut, and looking for it takes no time', () => {
    const jwts = `/${'eyJaaaaa-'.repeat(20_000)}`;
    const began = performance.now();
    expect(written(jwts, { jwts }).length).toBeLessThan(5_000);
    expect(performance.now() - began).toBeLessThan(200);
    expect(written(`${'x'.repeat(1_990)} ${jwt}${'z'.repeat(900)}`)).not.toContain('bbbb');
  });

  it.each([
    'GET /catalog/products/{id} 200',
    '0af7651916cd43dd8448eb211c80319c',
    'da39a3ee5e6b4b0d3255bfef95601890afd80709',
    'at file:///services/chassis/telemetry/metrics-registry.ts:31:12',
    'arn:aws:ecs:eu-central-1:123456789012:task/Shop/0123456789abcdef0123456789abcdef',
    'the basic idea, a bearer of news',
  ])('is not seen in %s', (text) => {
    expect(written(text, { text })).not.toContain('[redacted]');
  });

  it('is not seen in numbers, whatever their name', () => {
    expect(written('m', { tokens: 5 })).toContain('"tokens":5');
  });
});
