import { describe, expect, it } from '@jest/globals';
import { LineBuffer } from '../../../../services/chassis/telemetry/line-buffer.ts';
import { createLog } from '../../../../services/chassis/telemetry/log.ts';
import { ManualClock } from '../manual-clock.ts';

const logTo = (lines: string[]) => createLog((line) => lines.push(line), new ManualClock());

describe('log', () => {
  it('writes one line of JSON: level, time, message, then what it was given', () => {
    const lines: string[] = [];
    logTo(lines).with({ service: 'catalog', stage: 'dev' }).info('hello\nworld', { n: 1, none: undefined });
    expect(lines).toEqual([
      '{"level":"info","time":"2026-01-01T00:00:00.000Z","msg":"hello\\nworld","service":"catalog","stage":"dev","n":1}',
    ]);
  });

  it('says what an error was, and what caused it', () => {
    const lines: string[] = [];
    logTo(lines).error('failed', { error: new Error('outer', { cause: new TypeError('inner') }) });
    expect(JSON.parse(lines[0]!).error).toMatchObject({
      name: 'Error',
      message: 'outer',
      stack: expect.stringContaining('log.test.ts'),
      cause: { name: 'TypeError', message: 'inner' },
    });
  });

  it('writes what JSON cannot say as text rather than fail', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const lines: string[] = [];
    logTo(lines).warn('odd', { circle, big: 1n, symbol: Symbol('s') });
    expect(JSON.parse(lines[0]!)).toMatchObject({ circle: '[object Object]', big: '1', symbol: null });
  });
});

describe('LineBuffer', () => {
  it('hands on the lines of one turn together, and those that are left when it is flushed', async () => {
    const chunks: string[] = [];
    const buffer = new LineBuffer((text) => chunks.push(text));
    buffer.write('a');
    buffer.write('b');
    await new Promise(setImmediate);
    buffer.write('c');
    buffer.flush();
    await new Promise(setImmediate);
    expect(chunks).toEqual(['a\nb\n', 'c\n']);
  });
});
