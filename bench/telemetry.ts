import { SpanKind, trace } from '@opentelemetry/api';
import { MemoryConfig } from '../services/chassis/config/memory-config.ts';
import { type Context, requestContext } from '../services/chassis/context.ts';
import { serviceRuntime } from '../services/chassis/process/service-runtime.ts';
import { RequestReporter, reportSinks } from '../services/chassis/server/request-reporter.ts';
import { registerTracing } from '../services/chassis/telemetry/ambient-tracing.ts';
import type { ChassisSpan } from '../services/chassis/telemetry/chassis-span.ts';
import { ChassisTracerProvider } from '../services/chassis/telemetry/chassis-tracer.ts';
import { LineBuffer } from '../services/chassis/telemetry/line-buffer.ts';
import { otlpTraces } from '../services/chassis/telemetry/otlp-json.ts';
import { endRequestSpan, requestSpanName } from '../services/chassis/telemetry/request-span.ts';
import { systemClock } from '../services/chassis/time/clock.ts';
import { printTable, type Row } from './table.ts';

const ROUNDS = 15;
const TIMES = 50_000;

/**
 * What telemetry costs: CPU of each of its steps, less that of an empty one. Steps alternate, so other load on the
 * machine affects all alike; the least of the rounds counts.
 */
export async function telemetry(): Promise<readonly Row[]> {
  let bytes = 0;
  const clock = systemClock();
  const lines = new LineBuffer(({ length }) => {
    bytes += length;
  }, clock);
  const { runtime, close } = serviceRuntime({
    service: 'bench',
    stage: 'bench',
    clock,
    config: new MemoryConfig(),
    write: (line, urgent) => lines.write(line, urgent),
  });
  const { ids } = runtime;

  /** Takes spans and encodes them 512 at a time, as an exporter sends them, but without its timer. */
  let waiting: ChassisSpan[] = [];
  const sink = (span: ChassisSpan): void => {
    if (waiting.push(span) < 512) return;
    bytes += otlpTraces(waiting, { 'service.name': 'bench' }, clock.now() - clock.elapsed()).length;
    waiting = [];
  };
  const provider = new ChassisTracerProvider({ clock, ids, ratio: { value: 0.05 }, sink });
  const unregister = registerTracing(provider);
  const exporting = { ...runtime, tracer: provider.getTracer('bench') };

  const name = requestSpanName('GET', '/catalog/products/{id}');
  const caller = { traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-00`, 'x-correlation-id': 'ab'.repeat(16) };
  const sampledCaller = { ...caller, traceparent: caller.traceparent.replace(/00$/, '01') };
  const request = (headers: Record<string, string>): Context => requestContext(headers, 1_000, exporting);
  const kept = request(caller);
  const keptSampled = request(sampledCaller);
  const CALL = { kind: SpanKind.CLIENT };
  const histogram = runtime.metrics.histogram('request.duration', { route: 'bench', status: '2xx' });
  const route = { method: 'GET', path: '/catalog/products/{id}' };
  const reporter = new RequestReporter('bench', name, route, reportSinks(runtime));
  const told = { status: 200, path: '/catalog/products/42', milliseconds: 1.234, failure: undefined };

  const steps: Readonly<Record<string, () => unknown>> = {
    nothing: () => undefined,
    'context of a request, its trace not sampled': () => endRequestSpan(request(caller).span, name, 200),
    'context of a request, its trace sampled, encoded': () => endRequestSpan(request(sampledCaller).span, name, 200),
    'context of a request that begins a trace, 5 % sampled': () => endRequestSpan(request({}).span, name, 200),
    'span of a call, not sampled': () => kept.step('catalog getProduct', CALL).span.end(),
    'span of a call, sampled, encoded': () => keptSampled.step('catalog getProduct', CALL).span.end(),
    'active span for libraries': () => kept.run(() => trace.getActiveSpan()),
    'record into a histogram': () => histogram.record(1.234),
    'record of 40 different values': (() => {
      let value = 0;
      return () => {
        value = (value + 1) % 40;
        histogram.record(value);
      };
    })(),
    'access line, histogram, end of span': () => reporter.report(kept, runtime.log, told),
    'line of a handler': () => runtime.log.info('priced', { id: 42, currency: 'EUR' }),
    'line below the level': () => runtime.log.debug('priced', { id: 42, currency: 'EUR' }),
  };

  const least = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [what, step] of Object.entries(steps)) {
      least.set(what, Math.min(nanoseconds(step), least.get(what) ?? Number.POSITIVE_INFINITY));
    }
    // Lets buffered lines be written and timers run.
    await new Promise((resolve) => setImmediate(resolve));
  }
  unregister();
  await close();
  if (bytes === 0) throw new Error('the steps must write lines and spans, got no bytes; see what they do');
  const nothing = least.get('nothing')!;
  return [...least].map(([what, figure]) => ({ what, value: figure - nothing, unit: 'ns', digits: 0 }));
}

const nanoseconds = (step: () => unknown): number => {
  const before = process.cpuUsage();
  for (let count = 0; count < TIMES; count += 1) step();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / TIMES;
};

if (import.meta.main) printTable(await telemetry());
