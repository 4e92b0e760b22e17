import { describe, expect, it } from '@jest/globals';
import { randomIds } from '../../../../services/chassis/ids.ts';
import { readTraceparent, readXRay, traceparent } from '../../../../services/chassis/telemetry/trace-headers.ts';
import { ManualClock } from '../manual-clock.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('traceparent', () => {
  it.each(['00', '01'])('is read and written alike, its flags being %s', (flags) => {
    const header = `00-${TRACE}-${SPAN}-${flags}`;
    expect(traceparent(readTraceparent(header)!)).toBe(header);
  });

  it('hands on no flags whose meaning it does not know', () => {
    expect(traceparent(readTraceparent(`00-${TRACE}-${SPAN}-ff`)!)).toBe(`00-${TRACE}-${SPAN}-01`);
  });

  it('brings what other vendors ask to be handed on', () => {
    expect(readTraceparent(`00-${TRACE}-${SPAN}-01`, 'a=1,b=2')?.traceState?.serialize()).toBe('a=1,b=2');
  });

  it('of a version it does not know is read by the rules of the first', () => {
    expect(readTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes-next`)?.traceId).toBe(TRACE);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['of the forbidden version', `ff-${TRACE}-${SPAN}-01`],
    ['of the first version but goes on', `00-${TRACE}-${SPAN}-01-more`],
    ['of a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['of a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['in capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['of a short trace id', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ])('that is %s is as good as none', (_, header) => {
    expect(readTraceparent(header)).toBeUndefined();
  });
});

describe("X-Ray's header", () => {
  const root = `Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}`;

  it('names the same trace as W3C does', () => {
    expect(readXRay(`${root};Parent=${SPAN};Sampled=1`)).toMatchObject({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: 1,
      undecided: false,
    });
  });

  it('of a load balancer, which begins a trace without a span, leaves the decision open', () => {
    expect(readXRay(`Self=1-67891234-12456789abcdef0123456789;${root}`)).toMatchObject({
      traceId: TRACE,
      spanId: '0000000000000000',
      undecided: true,
    });
  });

  it.each([undefined, '', 'Root=1-5759e988', `Root=2-${TRACE.slice(0, 8)}-${TRACE.slice(8)}`])(
    'that says %s is as good as none',
    (header) => expect(readXRay(header)).toBeUndefined(),
  );

  it('can be made of every trace id of ours: each begins with the second it was made in', () => {
    const clock = new ManualClock();
    const ids = randomIds(clock);
    expect(Number.parseInt(ids.traceId().slice(0, 8), 16)).toBe(Math.floor(clock.now() / 1000));
    clock.advance(5_000);
    expect(Number.parseInt(ids.traceId().slice(0, 8), 16)).toBe(Math.floor(clock.now() / 1000));
    expect(new Set(Array.from({ length: 1000 }, () => ids.traceId())).size).toBe(1000);
  });
});
