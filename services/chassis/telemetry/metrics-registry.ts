import { Distribution } from './distribution.ts';
import type { Log } from './log.ts';
import type { MetricDefinition, MetricTable } from './metric-table.ts';
import type { Counter, Histogram, Labels, Metrics } from './metrics.ts';

export interface MetricsRegistryProps {
  /** The known metrics. */
  readonly table: MetricTable;
  readonly log: Log;
  /** Most series of one metric; any beyond go into one whose labels are all `other`. @default 100 */
  readonly mostSeries?: number;
}

/** One series, now. */
export interface Reading {
  readonly labels: Labels;
  readonly value: number | Distribution;
}

/** A metric with all its series, now. */
export interface MetricReading {
  readonly name: string;
  readonly definition: MetricDefinition;
  readonly series: readonly Reading[];
}

/** Keeps numbers in memory until they are read; never more series than allowed, whatever is recorded. */
export class MetricsRegistry implements Metrics {
  readonly #props: MetricsRegistryProps;
  readonly #metrics = new Map<string, Metric>();

  constructor(props: MetricsRegistryProps) {
    this.#props = props;
  }

  counter(name: string, labels: Labels = {}): Counter {
    return this.#series(name, 'counter', labels).counter;
  }

  histogram(name: string, labels: Labels = {}): Histogram {
    return this.#series(name, 'histogram', labels).distribution;
  }

  gauge(name: string, labels: Labels, read: () => number): () => void {
    const { gauges } = this.#series(name, 'gauge', labels);
    gauges.add(read);
    return () => gauges.delete(read);
  }

  /** All metrics, now. */
  read(): MetricReading[] {
    return [...this.#metrics].map(([name, { definition, series }]) => ({
      name,
      definition,
      series: [...series.values()].flatMap((one) => this.#reading(name, definition, one)),
    }));
  }

  /** A gauge is foreign code: one that throws costs its own figure and no other. */
  #reading(name: string, { kind }: MetricDefinition, series: Series): Reading[] {
    try {
      return series.read(kind);
    } catch (error) {
      if (!series.failed)
        this.#props.log.warn(`metric ${name} has no value: its gauge throws; correct it`, { ...series.labels, error });
      series.failed = true;
      return [];
    }
  }

  #series(name: string, kind: MetricDefinition['kind'], labels: Labels): Series {
    const metric = this.#metric(name, kind, labels);
    const values = metric.labels.map((label) => labels[label] ?? '');
    const known = metric.series.get(values.join('\0'));
    if (known !== undefined) return known;
    const { mostSeries = 100, log } = this.#props;
    if (metric.series.size < mostSeries) return metric.add(values);
    if (!metric.full)
      log.warn(
        `metric ${name} has ${mostSeries} series, got one more: ${values.join(', ')}; further ones count as 'other'; use labels whose values are known beforehand`,
      );
    metric.full = true;
    const other = values.map(() => 'other');
    return metric.series.get(other.join('\0')) ?? metric.add(other);
  }

  #metric(name: string, kind: MetricDefinition['kind'], labels: Labels): Metric {
    const known = this.#metrics.get(name);
    const definition = known?.definition ?? this.#props.table[name] ?? unlisted(kind, labels);
    if (definition.kind !== kind)
      throw new Error(`metric ${name} is a ${definition.kind}, was used as a ${kind}; use it as the table says`);
    const labelNames: readonly string[] = definition.labels ?? [];
    const stranger = Object.keys(labels).find((label) => !labelNames.includes(label));
    if (stranger !== undefined) {
      const expected = labelNames.join(', ') || 'none';
      throw new Error(
        `metric ${name} has the labels ${expected}, got ${stranger}; add it to the table or leave it out`,
      );
    }
    if (known !== undefined) return known;
    const metric = new Metric(definition);
    this.#metrics.set(name, metric);
    return metric;
  }
}

class Metric {
  readonly definition: MetricDefinition;
  readonly labels: readonly string[];
  readonly series = new Map<string, Series>();
  full = false;

  constructor(definition: MetricDefinition) {
    this.definition = definition;
    this.labels = definition.labels ?? [];
  }

  add(values: readonly string[]): Series {
    const labels = Object.fromEntries(this.labels.map((label, index) => [label, values[index]!]));
    const series = new Series(labels);
    this.series.set(values.join('\0'), series);
    return series;
  }
}

class Series {
  readonly labels: Labels;
  readonly gauges = new Set<() => number>();
  readonly counter = new Count();
  /** Whether it was logged that its gauge throws. */
  failed = false;
  #distribution: Distribution | undefined;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  get distribution(): Distribution {
    this.#distribution ??= new Distribution();
    return this.#distribution;
  }

  /** A gauge whose callbacks are all removed has no value. */
  read(kind: MetricDefinition['kind']): Reading[] {
    const { labels } = this;
    if (kind === 'counter') return [{ labels, value: this.counter.value }];
    if (kind === 'histogram') return [{ labels, value: this.distribution }];
    if (this.gauges.size === 0) return [];
    let value = 0;
    for (const read of this.gauges) value += read();
    return [{ labels, value }];
  }
}

class Count implements Counter {
  value = 0;

  add(count = 1): void {
    this.value += count;
  }
}

/** A metric that is not in the table: Prometheus shows it, CloudWatch does not get it. */
const unlisted = (kind: MetricDefinition['kind'], labels: Labels): MetricDefinition => ({
  kind,
  unit: 'Count',
  meaning: 'Not in the table of metrics',
  labels: Object.keys(labels).toSorted(),
});
