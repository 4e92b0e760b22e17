import { describe, expect, it } from '@jest/globals';
import { chassisMetrics, type MetricTable } from '../../../../services/chassis/telemetry/metric-table.ts';
import { MetricsRegistry } from '../../../../services/chassis/telemetry/metrics-registry.ts';
import { prometheusText } from '../../../../services/chassis/telemetry/prometheus.ts';
import { testRuntime } from '../test-runtime.ts';

function registry(mostSeries?: number, own: MetricTable = {}) {
  const { log, lines } = testRuntime();
  const table = { ...chassisMetrics, ...own };
  return { lines, metrics: new MetricsRegistry({ table, log, ...(mostSeries && { mostSeries }) }) };
}

describe('the registry of metrics', () => {
  it('has one series for each set of labels, whoever asks for it', () => {
    const { metrics } = registry();
    metrics.counter('request.shed', { route: 'a' }).add();
    metrics.counter('request.shed', { route: 'b' }).add(2);
    metrics.counter('request.shed', { route: 'a' }).add(3);
    expect(metrics.read()).toMatchObject([
      {
        name: 'request.shed',
        series: [
          { labels: { route: 'a' }, value: 4 },
          { labels: { route: 'b' }, value: 2 },
        ],
      },
    ]);
  });

  it('adds up gauges of the same labels, until they are taken back', () => {
    const { metrics } = registry();
    const labels = { dependency: 'catalog' };
    const forget = [3, 4].map((value) => metrics.gauge('pool.running', labels, () => value));
    expect(metrics.read()[0]!.series).toEqual([{ labels, value: 7 }]);
    forget[0]!();
    expect(metrics.read()[0]!.series).toEqual([{ labels, value: 4 }]);
    forget[1]!();
    expect(metrics.read()[0]!.series).toEqual([]);
  });

  it('leaves out a gauge that throws, says so once, and reads all others', () => {
    const { metrics, lines } = registry();
    metrics.gauge('pool.running', { dependency: 'catalog' }, () => {
      throw new Error('not connected');
    });
    metrics.gauge('pool.running', { dependency: 'orders' }, () => 3);
    metrics.counter('request.shed', { route: 'a' }).add();
    for (let index = 0; index < 3; index += 1) {
      expect(metrics.read().map(({ series }) => series)).toEqual([
        [{ labels: { dependency: 'orders' }, value: 3 }],
        [{ labels: { route: 'a' }, value: 1 }],
      ]);
    }
    expect(lines).toMatchObject([
      {
        level: 'warn',
        msg: expect.stringContaining('pool.running'),
        dependency: 'catalog',
        error: { message: 'not connected' },
      },
    ]);
  });

  it('never has more series than it was told; the rest is one, and said once', () => {
    const { metrics, lines } = registry(3);
    for (let index = 0; index < 1_000; index += 1) metrics.counter('request.shed', { route: `made-up-${index}` }).add();
    const [shed] = metrics.read();
    expect(shed!.series.map(({ value }) => value)).toEqual([1, 1, 1, 997]);
    expect(lines).toMatchObject([{ level: 'warn', msg: expect.stringContaining('request.shed has 3 series') }]);
  });

  it.each([
    ['another kind', { kind: 'histogram', labels: {} }, 'is a counter, was used as a histogram'],
    ['a label the table does not know', { kind: 'counter', labels: { user: 'me' } }, 'has the labels route, got user'],
  ] as const)('refuses %s', (_, { kind, labels }, message) => {
    const { metrics } = registry();
    expect(() => metrics[kind]('request.shed', labels)).toThrow(message);
  });

  it('takes metrics that a service adds to the table, and others for Prometheus alone', () => {
    const orders = { kind: 'counter', unit: 'Count', meaning: 'Orders taken', cloudWatch: 'series' } as const;
    const { metrics } = registry(undefined, { 'orders.taken': orders });
    metrics.counter('orders.taken').add();
    metrics.counter('quick.look', { at: 'x' }).add();
    expect(metrics.read().map(({ definition }) => definition.cloudWatch)).toEqual(['series', undefined]);
  });
});

describe('the text for Prometheus', () => {
  it('is what its format asks for', () => {
    const { metrics } = registry();
    metrics.counter('request.shed', { route: 'say "hi"\n\\' }).add(2);
    metrics.gauge('memory.heap', {}, () => 1_024);
    const duration = metrics.histogram('request.duration', { route: 'getThing', status: '2xx' });
    for (const value of [0.5, 3, 3.5, 70]) duration.record(value);
    const text = prometheusText(metrics.read());
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        '# HELP request_shed_total Requests turned away because there were too many',
        '# TYPE request_shed_total counter',
        String.raw`request_shed_total{route="say \"hi\"\n\\"} 2`,
        '# TYPE memory_heap_bytes gauge',
        'memory_heap_bytes 1024',
        '# TYPE request_duration_milliseconds histogram',
        'request_duration_milliseconds_bucket{route="getThing",status="2xx",le="0.5"} 1',
        'request_duration_milliseconds_bucket{route="getThing",status="2xx",le="4"} 3',
        'request_duration_milliseconds_bucket{route="getThing",status="2xx",le="128"} 4',
        'request_duration_milliseconds_bucket{route="getThing",status="2xx",le="+Inf"} 4',
        'request_duration_milliseconds_sum{route="getThing",status="2xx"} 77',
        'request_duration_milliseconds_count{route="getThing",status="2xx"} 4',
      ]),
    );
    expect(text).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+\n|[a-z_]+(\{[^\n]+\})? [0-9.]+\n)+$/);
  });
});
