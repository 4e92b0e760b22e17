import type { MetricName } from './metric-table.ts';

/** The labels of a series: `{ route: 'getProduct', status: '2xx' }`. */
export type Labels = Readonly<Record<string, string>>;

/** Counts up. */
export interface Counter {
  /** Adds `count`, or 1. */
  add(count?: number): void;
}

/** Collects values, usually milliseconds, into a distribution. */
export interface Histogram {
  /** Records one value. */
  record(value: number): void;
}

/** A metric of the chassis, or one that a service has added to the table. */
export type AnyMetricName = MetricName | (string & {});

/**
 * Counters, histograms and gauges. Get a series once, outside the request path; recording into it only touches memory,
 * and a period's worth is written as one line. Label values must come from the code, never from a request.
 */
export interface Metrics {
  /** The counter of this name and these labels. */
  counter(name: AnyMetricName, labels?: Labels): Counter;
  /** The histogram of this name and these labels. */
  histogram(name: AnyMetricName, labels?: Labels): Histogram;
  /**
   * Adds a gauge, whose value is read once a period; the returned function removes it. Gauges of the same labels add
   * up.
   */
  gauge(name: AnyMetricName, labels: Labels, read: () => number): () => void;
}
