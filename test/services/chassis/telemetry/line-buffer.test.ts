import { describe, expect, it } from '@jest/globals';
import { LineBuffer } from '../../../../services/chassis/telemetry/line-buffer.ts';
import { ManualClock } from '../manual-clock.ts';

function buffered() {
  const chunks: string[] = [];
  const clock = new ManualClock();
  return { chunks, clock, buffer: new LineBuffer((text) => chunks.push(text), clock) };
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

  it('never holds more than 16 KB', () => {
    const { buffer, chunks } = buffered();
    for (let index = 0; index < 33; index += 1) buffer.write('x'.repeat(1_023));
    expect(chunks.map(({ length }) => length)).toEqual([16_384, 16_384]);
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
