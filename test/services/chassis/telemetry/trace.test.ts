import { describe, expect, it } from '@jest/globals';
import { randomIds } from '../../../../services/chassis/ids.ts';
import { childTrace, readTrace, startTrace, traceparent } from '../../../../services/chassis/telemetry/trace.ts';
import { countingIds } from '../test-runtime.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('trace', () => {
  it('goes on where the caller is, with a step of its own', () => {
    const caller = readTrace(`00-${TRACE}-${SPAN}-01`, 'vendor=1')!;
    const step = childTrace(caller, countingIds());
    expect(step).toEqual({
      traceId: TRACE,
      spanId: '0000000000000001',
      parentId: SPAN,
      sampled: true,
      state: 'vendor=1',
    });
    expect(traceparent(step)).toBe(`00-${TRACE}-0000000000000001-01`);
  });

  it('hands on that the caller does not sample', () => {
    expect(traceparent(readTrace(`00-${TRACE}-${SPAN}-00`)!)).toBe(`00-${TRACE}-${SPAN}-00`);
  });

  it('reads a version it does not know by the rules of the first', () => {
    expect(readTrace(`cc-${TRACE}-${SPAN}-01-what-comes-next`)?.traceId).toBe(TRACE);
  });

  it.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
    ['a first version that goes on', `00-${TRACE}-${SPAN}-01-more`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a short trace id', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ])('starts anew on %s', (_, header) => {
    expect(readTrace(header)).toBeUndefined();
  });

  it('makes ids of the right shape that do not repeat', () => {
    const ids = randomIds();
    const many = Array.from({ length: 1000 }, () => startTrace(ids));
    expect(new Set(many.map(({ traceId }) => traceId)).size).toBe(1000);
    expect(many.every((trace) => readTrace(traceparent(trace)) !== undefined)).toBe(true);
  });
});
