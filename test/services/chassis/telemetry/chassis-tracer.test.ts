import { afterEach, describe, expect, it } from '@jest/globals';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { Context, requestContext } from '../../../../services/chassis/context.ts';
import { randomIds } from '../../../../services/chassis/ids.ts';
import { registerTracing } from '../../../../services/chassis/telemetry/ambient-tracing.ts';
import type { ChassisSpan } from '../../../../services/chassis/telemetry/chassis-span.ts';
import { ChassisTracerProvider } from '../../../../services/chassis/telemetry/chassis-tracer.ts';
import { failSpan, inSpan } from '../../../../services/chassis/telemetry/in-span.ts';
import { endRequestSpan, requestSpanName } from '../../../../services/chassis/telemetry/request-span.ts';
import { Deadline } from '../../../../services/chassis/time/deadline.ts';
import { ManualClock } from '../manual-clock.ts';
import { testRuntime } from '../test-runtime.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

/** A tracer whose spans are kept. */
function tracing(ratio = 1) {
  const told: ChassisSpan[] = [];
  const clock = new ManualClock();
  const live = { value: ratio };
  const provider = new ChassisTracerProvider({
    clock,
    ids: randomIds(clock),
    ratio: live,
    sink: (span) => told.push(span),
  });
  const tracer: Tracer = provider.getTracer('test', '1');
  return { told, clock, live, provider, tracer, runtime: { ...testRuntime(clock), tracer } };
}

const route = requestSpanName('GET', '/things/{id}');

describe('sampling', () => {
  it.each([
    ['sampled', '01', 1],
    ['not sampled', '00', 0],
  ])('follows a caller whose trace is %s, whatever the ratio here', (_, flags, count) => {
    for (const ratio of [0, 1]) {
      const { told, runtime } = tracing(ratio);
      const { span } = requestContext({ traceparent: `00-${TRACE}-${SPAN}-${flags}` }, 1_000, runtime);
      endRequestSpan(span, route, 200);
      expect(told).toHaveLength(count);
      expect(span.spanContext()).toMatchObject({ traceId: TRACE, traceFlags: Number(flags) });
    }
  });

  it('takes the share it is told of traces that begin here, and follows it while running', () => {
    const { tracer, told, live } = tracing(0.05);
    const begin = (count: number): number => {
      told.length = 0;
      for (let index = 0; index < count; index += 1) tracer.startSpan('x', { root: true }).end();
      return told.length;
    };
    expect(begin(20_000)).toBeGreaterThan(800);
    expect(begin(20_000)).toBeLessThan(1_200);
    live.value = 0;
    expect(begin(1_000)).toBe(0);
    live.value = 1;
    expect(begin(1_000)).toBe(1_000);
  });

  it('is decided by the trace id, so that all who are asked decide alike', () => {
    const header = { 'x-amzn-trace-id': `Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}` };
    const flags = Array.from({ length: 5 }, () => {
      const { span } = requestContext(header, 1_000, tracing(0.5).runtime);
      return span.spanContext().traceFlags;
    });
    expect(new Set(flags).size).toBe(1);
  });

  it('never loses a failure: its span is told, with all that is known of it', () => {
    const { told, runtime } = tracing(0);
    endRequestSpan(requestContext({}, 1_000, runtime).span, route, 404);
    expect(told).toEqual([]);
    endRequestSpan(requestContext({}, 1_000, runtime).span, route, 500);
    expect(told).toMatchObject([
      {
        name: 'GET /things/{id}',
        kind: SpanKind.SERVER,
        status: { code: SpanStatusCode.ERROR },
        attributes: { 'http.route': '/things/{id}', 'http.response.status_code': 500, 'error.type': '500' },
      },
    ]);
  });
});

describe('a trace', () => {
  it('goes on from the edge, by the header of X-Ray', () => {
    const { told, runtime } = tracing();
    const { span } = requestContext(
      { 'x-amzn-trace-id': `Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}` },
      1_000,
      runtime,
    );
    span.end();
    expect(told).toMatchObject([{ traceId: TRACE, parentSpanId: undefined }]);
  });

  it('believes W3C if both are there', () => {
    const { runtime } = tracing();
    const headers = {
      traceparent: `00-${TRACE}-${SPAN}-01`,
      'x-amzn-trace-id': `Root=1-${'1'.repeat(8)}-${'2'.repeat(24)}`,
    };
    expect(requestContext(headers, 1_000, runtime).span.spanContext().traceId).toBe(TRACE);
  });

  it('has a span for each step, the child of the one that asked', async () => {
    const { told, clock, runtime } = tracing();
    const request = requestContext({ traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'a=1' }, 1_000, runtime);
    const failed = inSpan(request, 'DynamoDB GetItem', async () => {
      clock.advance(5);
      throw new TypeError('no');
    });
    await expect(failed).rejects.toThrow('no');
    request.span.end();
    expect(told).toMatchObject([
      {
        name: 'DynamoDB GetItem',
        parentSpanId: request.span.spanContext().spanId,
        startedAt: 0,
        endedAt: 5,
        status: { code: SpanStatusCode.ERROR, message: 'no' },
        events: [{ name: 'exception', attributes: { 'exception.type': 'TypeError', 'exception.message': 'no' } }],
      },
      { name: 'request', parentSpanId: SPAN },
    ]);
    for (const span of told) expect(span.traceState?.serialize()).toBe('a=1');
  });

  it('can be handed to another provider', () => {
    const { runtime } = tracing();
    const started: string[] = [];
    const other: Tracer = {
      startSpan(name, _, parent) {
        started.push(`${name} of ${trace.getSpanContext(parent!)?.traceId}`);
        return trace.wrapSpanContext({ traceId: TRACE, spanId: SPAN, traceFlags: 1 });
      },
      startActiveSpan: runtime.tracer.startActiveSpan,
    };
    const own = requestContext({ traceparent: `00-${TRACE}-${SPAN}-01` }, 1_000, { ...runtime, tracer: other });
    own.step('call');
    expect(started).toEqual([`request of ${TRACE}`, `call of ${TRACE}`]);
  });
});

describe('a library instrumented with the API', () => {
  let unregister = (): void => {};
  afterEach(() => unregister());

  it('joins the trace of the request it works for, after waiting too', async () => {
    const { told, provider, runtime } = tracing();
    unregister = registerTracing(provider);
    const library = async (): Promise<void> => {
      await new Promise(setImmediate);
      trace.getTracer('library', '2').startActiveSpan('query', (span) => {
        context.bind(context.active(), () => trace.getActiveSpan()?.setAttribute('rows', 3))();
        span.end();
      });
    };
    const requests = [requestContext({}, 1_000, runtime), requestContext({}, 1_000, runtime)];
    await Promise.all(requests.map((request) => request.run(library)));
    expect(told.map(({ parentSpanId }) => parentSpanId)).toEqual(requests.map(({ span }) => span.spanContext().spanId));
    expect(told).toMatchObject([{ home: { scope: { name: 'library' } }, attributes: { rows: 3 } }, {}]);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it('finds none before a service has registered', () => {
    const { runtime } = tracing();
    expect(requestContext({}, 1_000, runtime).run(() => trace.getActiveSpan())).toBeUndefined();
  });

  it('leaves a provider that is there already', () => {
    unregister = registerTracing(tracing().provider);
    const before = trace.getTracerProvider();
    registerTracing(tracing().provider)();
    expect(trace.getTracerProvider()).toBe(before);
  });

  it('may keep values of its own beside the span', () => {
    const { provider, runtime } = tracing();
    unregister = registerTracing(provider);
    const request = requestContext({}, 1_000, runtime);
    request.run(() => {
      const baggage = propagation.createBaggage({ who: { value: 'me' } });
      context.with(propagation.setBaggage(context.active(), baggage), () => {
        expect(propagation.getActiveBaggage()?.getEntry('who')?.value).toBe('me');
        expect(trace.getActiveSpan()).toBe(request.span);
      });
    });
  });
});

describe('a span', () => {
  it('keeps what it was told before it ended, and nothing after', () => {
    const { told, tracer } = tracing();
    const span = tracer
      .startSpan('x', { attributes: { a: 1 } }, ROOT_CONTEXT)
      .setAttribute('b', 2)
      .addEvent('seen');
    span.end();
    span.setAttribute('c', 3).updateName('y').setStatus({ code: SpanStatusCode.ERROR });
    failSpan(span, 'late');
    span.end();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      name: 'x',
      attributes: { a: 1, b: 2 },
      events: [{ name: 'seen' }],
      status: undefined,
    });
  });

  it('holds a bounded number of attributes and events', () => {
    const { told, tracer } = tracing();
    const span = tracer.startSpan('x', {}, ROOT_CONTEXT);
    for (let index = 0; index < 1_000; index += 1) span.setAttribute(`a${index}`, index).addEvent('again');
    span.end();
    expect(Object.keys(told[0]!.attributes!)).toHaveLength(64);
    expect(told[0]!.events).toHaveLength(32);
  });

  it.each([
    ['a date', (ms: number) => new Date(ms)],
    ['milliseconds', (ms: number) => ms],
    ['seconds and nanoseconds', (ms: number): [number, number] => [Math.floor(ms / 1000), (ms % 1000) * 1e6]],
  ])('takes its times as %s', (_, time) => {
    const { told, tracer, clock } = tracing();
    const now = clock.now();
    tracer.startSpan('x', { startTime: time(now + 250) }, ROOT_CONTEXT).end(time(now + 1_500));
    expect(told).toMatchObject([{ startedAt: 250, endedAt: 1_500 }]);
  });

  it('belongs to a request whose lines name it', () => {
    const runtime = testRuntime();
    const own = requestContext({ traceparent: `00-${TRACE}-${SPAN}-00` }, 1_000, runtime);
    own.log.info('hello');
    runtime.log.line('info', `,"msg":"hello"${own.members}`);
    const { spanId } = own.span.spanContext();
    expect(runtime.lines).toMatchObject(Array(2).fill({ msg: 'hello', traceId: TRACE, spanId, correlationId: TRACE }));
    expect(own).toBeInstanceOf(Context);
    expect(own.step('x', {}, 10).deadline).toBeInstanceOf(Deadline);
  });
});
