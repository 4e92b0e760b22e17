import type { Clock } from '../time/clock.ts';
import { Distribution } from './distribution.ts';
import type { MetricDefinition } from './metric-table.ts';
import type { Labels } from './metrics.ts';
import type { MetricReading, MetricsRegistry } from './metrics-registry.ts';

export interface EmbeddedMetricsProps {
  readonly registry: MetricsRegistry;
  /** The dimensions of every series: service and stage. */
  readonly dimensions: Labels;
  /** Takes a line of the log. */
  readonly write: (line: string) => void;
  readonly clock: Clock;
  /** @default 60000 */
  readonly periodMs?: number;
}

/** A line being built: the figures that share their dimensions. */
interface Line {
  readonly labels: Labels;
  readonly series: { readonly Name: string; readonly Unit: string }[];
  readonly figures: Record<string, unknown>;
}

/**
 * Writes metrics into the log in CloudWatch's embedded metric format: per period one line for the service and one for
 * each dependency, with what has changed since the last and the gauges that are series.
 */
export class EmbeddedMetrics {
  readonly #props: EmbeddedMetricsProps;
  readonly #last = new Map<string, number | Distribution>();
  #stop: (() => void) | undefined;

  constructor(props: EmbeddedMetricsProps) {
    this.#props = props;
  }

  /** From now on writes the lines of each period. */
  start(): void {
    const { clock, periodMs = 60_000 } = this.#props;
    this.#stop = clock.after(periodMs, () => {
      this.write();
      this.start();
    });
  }

  /** Stops, after writing the lines of the current period. */
  close(): void {
    this.#stop?.();
    this.write();
  }

  /** Writes what has changed since it was last written, and every gauge that is a series. */
  write(): void {
    const lines = new Map<string, Line>();
    for (const metric of this.#props.registry.read()) {
      if (metric.definition.cloudWatch !== undefined) this.#add(metric, lines);
    }
    for (const line of lines.values()) this.#props.write(this.#text(line));
  }

  #add(metric: MetricReading, lines: Map<string, Line>): void {
    const { name, definition } = metric;
    for (const [key, { labels, value }] of summedUp(metric)) {
      const figure = this.#news(`${name}\0${key}`, value, definition);
      if (figure === undefined) continue;
      const line = lines.get(key) ?? { labels, series: [], figures: {} };
      lines.set(key, line);
      const inWords = pascal(name);
      const isSeries = definition.cloudWatch === 'series';
      if (isSeries) line.series.push({ Name: inWords, Unit: definition.unit });
      line.figures[inWords] =
        figure instanceof Distribution ? (isSeries ? valuesOf(figure) : summaryOf(figure)) : figure;
    }
  }

  /**
   * A gauge's value, or the change of any other metric; undefined if nothing changed. A gauge that is a series is
   * written even then, once it has begun: an alarm on it would take silence for missing data.
   */
  #news(key: string, value: number | Distribution, { kind, cloudWatch }: MetricDefinition) {
    const last = this.#last.get(key);
    if (value instanceof Distribution) {
      const change = value.since(last as Distribution | undefined);
      if (change.count === 0) return undefined;
      this.#last.set(key, value);
      return change;
    }
    const before = (last as number | undefined) ?? 0;
    const goesOn = kind === 'gauge' && cloudWatch === 'series' && last !== undefined;
    if (value === before && !goesOn) return undefined;
    this.#last.set(key, value);
    return kind === 'gauge' ? value : value - before;
  }

  #text({ labels, series, figures }: Line): string {
    const { clock, dimensions } = this.#props;
    const now = clock.now();
    const all = { ...dimensions, ...labels };
    const directive = { Namespace: 'Mosaic', Dimensions: [Object.keys(all)], Metrics: series };
    const aws = series.length === 0 ? undefined : { Timestamp: now, CloudWatchMetrics: [directive] };
    return JSON.stringify({ _aws: aws, time: new Date(now).toISOString(), msg: 'metrics', ...all, ...figures });
  }
}

/** The series of a metric, summed over the labels that CloudWatch does not get; what is not a number is left out. */
function summedUp({ definition, series }: MetricReading) {
  const sums = new Map<string, { readonly labels: Labels; value: number | Distribution }>();
  for (const { labels, value } of series) {
    const kept = Object.fromEntries((definition.by ?? []).map((label) => [label, labels[label]!]));
    const key = JSON.stringify(kept);
    const sum = sums.get(key);
    if (value instanceof Distribution) {
      const before = sum?.value instanceof Distribution ? sum.value : new Distribution();
      sums.set(key, { labels: kept, value: before.add(value) });
    } else if (Number.isFinite(value))
      sums.set(key, { labels: kept, value: value + ((sum?.value as number | undefined) ?? 0) });
  }
  return sums;
}

/** All values, from which CloudWatch computes percentiles. */
function valuesOf(distribution: Distribution) {
  const buckets = [...distribution.buckets()];
  const Values = buckets.map(([value]) => value);
  const Counts = buckets.map(([, count]) => count);
  const Sum = rounded(distribution.sum);
  return { Values, Counts, Count: distribution.count, Sum, Min: Values[0], Max: Values.at(-1) };
}

/** A summary for readers, of values that are no series. */
const summaryOf = (distribution: Distribution) => ({
  count: distribution.count,
  p50: distribution.quantile(0.5),
  p99: distribution.quantile(0.99),
  max: distribution.quantile(1),
});

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/** `request.in_flight` as CloudWatch's users write it: `RequestInFlight`. */
const pascal = (name: string): string => name.replace(/(?:^|[_.-])([a-z])/g, (_, first: string) => first.toUpperCase());
