import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { randomIds } from '../../../../services/chassis/ids.ts';
import { ChassisTracerProvider } from '../../../../services/chassis/telemetry/chassis-tracer.ts';
import { failSpan } from '../../../../services/chassis/telemetry/in-span.ts';
import { chassisMetrics } from '../../../../services/chassis/telemetry/metric-table.ts';
import { MetricsRegistry } from '../../../../services/chassis/telemetry/metrics-registry.ts';
import { OtlpExporter } from '../../../../services/chassis/telemetry/otlp-exporter.ts';
import { systemClock } from '../../../../services/chassis/time/clock.ts';
import { ManualClock } from '../manual-clock.ts';
import { testRuntime } from '../test-runtime.ts';
import { OtlpReceiver } from './otlp-receiver.ts';

let receiver: OtlpReceiver;
let endpoint: string;

beforeEach(async () => {
  receiver = new OtlpReceiver();
  endpoint = await receiver.start();
});
afterEach(() => {
  receiver.stop();
  expect(receiver.faults).toEqual([]);
});

function exporting(clock = new ManualClock(), url = endpoint) {
  const { log, lines } = testRuntime(clock);
  const metrics = new MetricsRegistry({ table: chassisMetrics, log });
  const resource = { 'service.name': 'catalog' };
  const exporter = new OtlpExporter({ endpoint: url, resource, clock, log, metrics });
  const provider = new ChassisTracerProvider({
    clock,
    ids: randomIds(clock),
    ratio: { value: 1 },
    sink: (span) => exporter.take(span),
  });
  const count = (name: string): unknown => metrics.read().find((metric) => metric.name === name)!.series[0]?.value;
  const spans = (number: number): void => {
    for (let index = 0; index < number; index += 1) provider.getTracer('a').startSpan('x', {}, ROOT_CONTEXT).end();
  };
  return { clock, lines, exporter, provider, count, spans };
}

describe('the receiver', () => {
  it('refuses what is nearly OTLP', async () => {
    const send = (body: object): Promise<Response> =>
      fetch(`${endpoint}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const span = { traceId: 'AB', spanId: 'cd'.repeat(8), name: 'x', kind: 0, startTimeUnixNano: 1 };
    const wrong = { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: {}, spans: [span] }] }] };
    expect((await send(wrong)).status).toBe(400);
    expect((await send({ resource_spans: [] })).status).toBe(400);
    expect(receiver.faults.splice(0)).toHaveLength(2);
  });
});

describe('spans', () => {
  it('arrive as OTLP has them, with everything a span can say', async () => {
    const { provider, exporter, clock } = exporting();
    const tracer = provider.getTracer('mosaic', '1.0');
    const parent = tracer.startSpan('GET /things/{id}', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
    const span = tracer.startSpan(
      'say "hello"\n',
      { kind: SpanKind.CLIENT, links: [{ context: parent.spanContext() }] },
      trace.setSpan(ROOT_CONTEXT, parent),
    );
    const attributes = { text: 'é"\\', whole: 3, half: 0.5, yes: true, big: 5n, odd: Number.NaN, list: ['a', 1] };
    span.setAttributes({ ...attributes, none: undefined, long: 'x'.repeat(5_000) });
    clock.advance(1.5);
    failSpan(span, new TypeError('no'));
    span.end();
    parent.end();
    await exporter.flush();

    expect(receiver.spans).toMatchObject([
      {
        traceId: parent.spanContext().traceId,
        parentSpanId: parent.spanContext().spanId,
        name: 'say "hello"\n',
        kind: 3,
        flags: 1,
        startTimeUnixNano: `${Date.UTC(2026, 0, 1)}000000`,
        endTimeUnixNano: `${Date.UTC(2026, 0, 1) + 1}500000`,
        status: { code: 2, message: 'no' },
        events: [{ name: 'exception' }],
        links: [{ spanId: parent.spanContext().spanId }],
        scope: 'mosaic@1.0',
        resource: { 'service.name': { stringValue: 'catalog' } },
      },
      { name: 'GET /things/{id}', kind: 2, status: {} },
    ]);
    expect(receiver.spans[1]).not.toHaveProperty('parentSpanId');
    const sent = Object.fromEntries(receiver.spans[0]!.attributes!.map(({ key, value }) => [key, value]));
    expect(sent).toMatchObject({
      text: { stringValue: 'é"\\' },
      whole: { intValue: '3' },
      half: { doubleValue: 0.5 },
      yes: { boolValue: true },
      big: { intValue: '5' },
      odd: { doubleValue: 'NaN' },
      list: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } },
      long: { stringValue: `${'x'.repeat(2_048)}…` },
    });
    expect(sent).not.toHaveProperty('none');
  });

  it('wait a second for others, and go together', async () => {
    const { clock, spans, count, exporter } = exporting();
    spans(100);
    clock.advance(999);
    expect(receiver.requests).toBe(0);
    clock.advance(1);
    await receiver.received(1);
    await exporter.flush();
    expect(receiver.spans).toHaveLength(100);
    expect(count('spans.exported')).toBe(100);
    expect(clock.pending).toBe(0);
  });

  it('are dropped and counted beyond what the queue holds; the rest arrives in batches', async () => {
    const { spans, count, exporter } = exporting();
    spans(5_000);
    await exporter.flush();
    expect(receiver.spans.length + (count('spans.dropped') as number)).toBe(5_000);
    expect(receiver.spans.length).toBeLessThanOrEqual(2_048 + 512);
    expect(receiver.requests).toBeGreaterThan(3);
  });

  it('are lost and counted where the collector refuses them or is away, which is said once', async () => {
    const { spans, count, exporter, lines } = exporting();
    receiver.nextAnswer = { status: 503, body: 'busy' };
    spans(3);
    await exporter.flush();
    receiver.stop();
    spans(4);
    await exporter.flush();
    expect(count('spans.dropped')).toBe(7);
    expect(count('spans.exported')).toBe(0);
    expect(lines).toMatchObject([{ level: 'warn', msg: expect.stringContaining('/v1/traces answered 503') }]);
  });

  it.each([
    [202, ''],
    [200, 'ok'],
    [200, '{}'],
  ])('are not lost where the collector answers %d %p', async (status, body) => {
    const { spans, count, exporter, lines } = exporting(new ManualClock());
    receiver.nextAnswer = { status, body };
    spans(2);
    await exporter.flush();
    expect([count('spans.exported'), count('spans.dropped'), lines]).toEqual([2, 0, []]);
  });

  it('count as lost where the collector says so of some', async () => {
    const { spans, count, exporter } = exporting(new ManualClock());
    receiver.nextAnswer = { status: 200, body: '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"odd"}}' };
    spans(5);
    await exporter.flush();
    expect([count('spans.exported'), count('spans.dropped')]).toEqual([3, 2]);
  });

  it('carry the time of day of the machine', async () => {
    const { spans, exporter } = exporting(systemClock() as ManualClock);
    const before = BigInt(Date.now() - 1) * 1_000_000n;
    spans(1);
    await exporter.flush();
    const { startTimeUnixNano } = receiver.spans[0]!;
    expect(BigInt(startTimeUnixNano)).toBeGreaterThanOrEqual(before);
    expect(BigInt(startTimeUnixNano)).toBeLessThanOrEqual(BigInt(Date.now() + 1) * 1_000_000n);
  });
});
