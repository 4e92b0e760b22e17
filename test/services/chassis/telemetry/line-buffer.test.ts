import { describe, expect, it } from '@jest/globals';
import { LineBuffer } from '../../../../services/chassis/telemetry/line-buffer.ts';
import { ManualClock } from '../manual-clock.ts';

function buffered() {
  const chunks: string[] = [];
  const clock = new ManualClock();
  return { chunks, clock, buffer: new LineBuffer((bytes) => chunks.push(String(bytes)), clock) };
}

describe('LineBuffer', () => {
  it('lets lines wait for others, for 20 ms', () => {
    const { buffer, chunks, clock } = buffered();
    buffer.write('a');
    clock.advance(19);
    buffer.write('b');
    expect(chunks).toEqual([]);
    clock.advance(1);
    expect(chunks).toEqual(['a\nb\n']);
    expect(clock.pending).toBe(0);
  });

  it('hands on an urgent line, and those before it, at the next turn', async () => {
    const { buffer, chunks, clock } = buffered();
    buffer.write('a');
    buffer.write('b', true);
    buffer.write('c', true);
    expect(chunks).toEqual([]);
    await new Promise(setImmediate);
    expect(chunks).toEqual(['a\nb\nc\n']);
    expect(clock.pending).toBe(0);
  });

  it('never holds more than 32 KB', () => {
    const { buffer, chunks } = buffered();
    for (let index = 0; index < 65; index += 1) buffer.write('x'.repeat(1_023));
    buffer.flush();
    expect(chunks.length).toBe(3);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(32_768);
    expect(chunks.join('').length).toBe(65 * 1_024);
  });

  it('hands on whole lines in their order, whatever they hold and however long they are', () => {
    const { buffer, chunks } = buffered();
    const lines = ['ä€😀', '€'.repeat(20_000), 'short', '😀'.repeat(5_000), '\ud800', 'x'.repeat(32_767), ''];
    for (const line of lines) buffer.write(line);
    buffer.flush();
    expect(chunks.join('')).toBe(lines.map((line) => `${line.toWellFormed()}\n`).join(''));
  });

  it('hands on what is left when it is flushed, once', async () => {
    const { buffer, chunks, clock } = buffered();
    buffer.write('a', true);
    buffer.flush();
    buffer.flush();
    await new Promise(setImmediate);
    clock.advance(100);
    expect(chunks).toEqual(['a\n']);
  });
});
