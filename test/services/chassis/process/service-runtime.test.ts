import { afterEach, describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { MemoryConfig } from '../../../../services/chassis/config/memory-config.ts';
import { requestContext } from '../../../../services/chassis/context.ts';
import { type ServiceRuntimeProps, serviceRuntime } from '../../../../services/chassis/process/service-runtime.ts';
import { LineBuffer } from '../../../../services/chassis/telemetry/line-buffer.ts';
import { prometheusText } from '../../../../services/chassis/telemetry/prometheus.ts';
import { ManualClock } from '../manual-clock.ts';
import { OtlpReceiver } from '../telemetry/otlp-receiver.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

function started(props: Partial<ServiceRuntimeProps> = {}) {
  const clock = new ManualClock();
  const written: string[] = [];
  const lines = new LineBuffer((bytes) => written.push(...String(bytes).trimEnd().split('\n')), clock);
  const write: ServiceRuntimeProps['write'] = (line, urgent) => lines.write(line, urgent);
  const made = serviceRuntime({ service: 'catalog', stage: 'dev', write, clock, config: new MemoryConfig(), ...props });
  cleanUp.push(() => made.close());
  const linesNow = (): Record<string, unknown>[] => {
    lines.flush();
    return written.splice(0).map((line) => JSON.parse(line));
  };
  return { clock, made, runtime: made.runtime, linesNow };
}

async function startedReceiver() {
  const receiver = new OtlpReceiver();
  cleanUp.push(() => receiver.stop());
  return { receiver, collector: await receiver.start() };
}

describe('the runtime of a service', () => {
  it('writes lines that say whose they are, from a level on that its config changes', () => {
    const config = new MemoryConfig();
    const { runtime, linesNow } = started({ config });
    runtime.log.debug('quiet');
    config.set('log.level', 'debug');
    runtime.log.debug('loud');
    config.set('log.level', 'everything');
    runtime.log.debug('still loud');
    expect(linesNow()).toMatchObject([
      { msg: 'loud', service: 'catalog', stage: 'dev' },
      { level: 'warn', msg: expect.stringMatching(/^config log\.level .* got "everything"; "debug" stays/) },
      { msg: 'still loud' },
    ]);
  });

  it('samples as its config says', () => {
    const config = new MemoryConfig({ 'trace.ratio': 1 });
    const { runtime } = started({ config });
    const flags = (): number => runtime.tracer.startSpan('x', { root: true }).spanContext().traceFlags;
    expect(flags()).toBe(1);
    config.set('trace.ratio', 0);
    expect(flags()).toBe(0);
    config.set('trace.ratio', 2);
    expect(flags()).toBe(0);
  });

  it('shows its metrics to Prometheus at any time and writes them every minute', () => {
    const { made, runtime, clock, linesNow } = started();
    runtime.metrics.histogram('request.duration', { route: 'getThing', status: '2xx' }).record(3);
    expect(prometheusText(made.metrics())).toContain(
      'request_duration_milliseconds_count{route="getThing",status="2xx"} 1',
    );
    expect(prometheusText(made.metrics())).toMatch(/memory_heap_bytes [1-9]/);
    clock.advance(250);
    clock.advance(60_000);
    expect(linesNow()).toMatchObject([
      { msg: 'metrics', service: 'catalog', MemoryHeap: expect.any(Number), EventLoopDelay: { count: 1 } },
      { msg: 'metrics', service: 'catalog', status: '2xx', RequestDuration: { Count: 1 } },
    ]);
  });

  it('lets go of its last spans, metrics and lines when it is closed, and of the API and its timers', async () => {
    const { receiver, collector } = await startedReceiver();
    const config = new MemoryConfig({ 'trace.ratio': 1 });
    const { made, runtime, clock, linesNow } = started({ config, collector });
    const request = requestContext({}, 1_000, runtime);
    request.run(() => trace.getTracer('library').startActiveSpan('query', (span) => span.end()));
    request.span.end();
    runtime.metrics.counter('request.shed', { route: 'getThing' }).add();
    runtime.log.info('last words');
    await made.close();

    expect(receiver.faults).toEqual([]);
    expect(receiver.spans).toMatchObject([
      { name: 'query', scope: 'library@undefined', parentSpanId: request.span.spanContext().spanId },
      { name: 'request', resource: { 'service.name': { stringValue: 'catalog' } } },
    ]);
    const lines = linesNow();
    expect(lines).toMatchObject([{ msg: 'last words' }, { RequestShed: 1 }]);
    expect(clock.pending).toBe(0);
    expect(trace.getTracer('library').startSpan('x').spanContext().traceId).toBe('0'.repeat(32));
    config.set('log.level', 'nonsense');
    expect(linesNow()).toEqual([]);
  });

  it('tells nobody of spans where it was given no collector', () => {
    const { runtime } = started({ config: new MemoryConfig({ 'trace.ratio': 1 }) });
    const span = runtime.tracer.startSpan('x', { root: true });
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext().traceFlags).toBe(1);
  });

  it('is on when it is made, never when it is imported', () => {
    expect(trace.getTracer('library').startSpan('x').spanContext().traceId).toBe('0'.repeat(32));
    started();
    expect(trace.getTracer('library').startSpan('x').spanContext().traceId).not.toBe('0'.repeat(32));
  });
});
