import { describe, expect, it } from '@jest/globals';
import { EmbeddedMetrics } from '../../../../services/chassis/telemetry/embedded-metrics.ts';
import { chassisMetrics, type MetricTable } from '../../../../services/chassis/telemetry/metric-table.ts';
import { MetricsRegistry } from '../../../../services/chassis/telemetry/metrics-registry.ts';
import { ManualClock } from '../manual-clock.ts';
import { testRuntime } from '../test-runtime.ts';

type Line = Record<string, unknown> & {
  _aws?: { Timestamp: number; CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: object[] }[] };
};

function embedded(own: MetricTable = {}) {
  const clock = new ManualClock();
  const lines: Line[] = [];
  const metrics = new MetricsRegistry({ table: { ...chassisMetrics, ...own }, log: testRuntime().log });
  const embedding = new EmbeddedMetrics({
    registry: metrics,
    dimensions: { service: 'catalog', stage: 'dev' },
    write: (line) => lines.push(JSON.parse(line)),
    clock,
  });
  embedding.start();
  return { clock, lines, metrics, embedding };
}

describe('embedded metrics', () => {
  it('are one line a period, summed up over what CloudWatch does not tell apart', () => {
    const { clock, lines, metrics } = embedded();
    for (const route of ['getThing', 'addThing']) {
      const duration = metrics.histogram('request.duration', { route, status: '2xx' });
      for (let index = 0; index < 500; index += 1) duration.record(1);
    }
    clock.advance(59_999);
    expect(lines).toEqual([]);
    clock.advance(1);
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: clock.now(),
          CloudWatchMetrics: [
            {
              Namespace: 'Mosaic',
              Dimensions: [['service', 'stage', 'status']],
              Metrics: [{ Name: 'RequestDuration', Unit: 'Milliseconds' }],
            },
          ],
        },
        time: '2026-01-01T00:01:00.000Z',
        msg: 'metrics',
        service: 'catalog',
        stage: 'dev',
        status: '2xx',
        RequestDuration: { Values: [0.917], Counts: [1_000], Count: 1_000, Sum: 1_000, Min: 0.917, Max: 0.917 },
      },
    ]);
  });

  it('say what has come since the last period, and nothing of what has not changed', () => {
    const { clock, lines, metrics } = embedded();
    const shed = metrics.counter('request.shed', { route: 'a' });
    const never = metrics.counter('breaker.opened', { dependency: 'catalog' });
    let heap = 100;
    metrics.gauge('memory.heap', {}, () => heap);
    const period = (): Line[] => {
      lines.length = 0;
      clock.advance(60_000);
      return lines;
    };
    shed.add(5);
    expect(period()).toMatchObject([{ RequestShed: 5, MemoryHeap: 100 }]);
    shed.add(2);
    expect(period()).toMatchObject([{ RequestShed: 2 }]);
    expect(lines[0]).not.toHaveProperty('MemoryHeap');
    expect(period()).toEqual([]);
    heap = 200;
    expect(period()).toMatchObject([{ MemoryHeap: 200 }]);
    expect(lines[0]).not.toHaveProperty('_aws');
    never.add();
    expect(period()).toMatchObject([{ dependency: 'catalog', BreakerOpened: 1 }]);
  });

  it('say a gauge that is a series each period once it has begun, and never what is no number', () => {
    const gauge = { kind: 'gauge', unit: 'Count', meaning: 'one of a service', cloudWatch: 'series' } as const;
    const { clock, lines, metrics } = embedded({ 'queue.depth': gauge, 'queue.age': gauge });
    let depth = 0;
    let age = Number.NaN;
    metrics.gauge('queue.depth', {}, () => depth);
    metrics.gauge('queue.age', {}, () => age);
    const period = (): Line[] => {
      lines.length = 0;
      clock.advance(60_000);
      return lines;
    };
    expect(period()).toEqual([]);
    depth = 100;
    for (let time = 0; time < 3; time++) {
      expect(period()).toMatchObject([{ QueueDepth: 100, _aws: expect.anything() }]);
      expect(lines[0]).not.toHaveProperty('QueueAge');
    }
    depth = 0;
    age = Number.POSITIVE_INFINITY;
    for (let time = 0; time < 2; time++) expect(period()).toMatchObject([{ QueueDepth: 0 }]);
    age = 3;
    expect(period()).toMatchObject([{ QueueDepth: 0, QueueAge: 3 }]);
  });

  it('put what costs no series beside it on the line', () => {
    const { lines, metrics, embedding } = embedded();
    metrics.counter('breaker.opened', { dependency: 'catalog' }).add();
    metrics.gauge('bulkhead.in_flight', { dependency: 'catalog' }, () => 7);
    metrics.gauge('bulkhead.in_flight', { dependency: 'payments' }, () => 8);
    metrics.histogram('event_loop.delay').record(3);
    embedding.write();
    expect(lines.map(({ _aws, dependency }) => [dependency, _aws?.CloudWatchMetrics[0]?.Metrics])).toEqual([
      ['catalog', [{ Name: 'BreakerOpened', Unit: 'Count' }]],
      ['payments', undefined],
      [undefined, undefined],
    ]);
    expect(lines).toMatchObject([
      { BreakerOpened: 1, BulkheadInFlight: 7 },
      { BulkheadInFlight: 8 },
      { EventLoopDelay: { count: 1, p50: expect.closeTo(3, 0), p99: expect.closeTo(3, 0), max: expect.closeTo(3, 0) } },
    ]);
  });

  it('end with what the last period began', () => {
    const { clock, lines, metrics, embedding } = embedded();
    metrics.counter('request.shed', { route: 'a' }).add();
    embedding.close();
    expect(lines).toMatchObject([{ RequestShed: 1 }]);
    expect(clock.pending).toBe(0);
  });
});
