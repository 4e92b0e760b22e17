import type { MetricName } from './metric-table.ts';

/** What a series is told apart by: `{ route: 'getProduct', status: '2xx' }`. */
export type Labels = Readonly<Record<string, string>>;

/** Counts up. */
export interface Counter {
  /** Adds so many, or 1. */
  add(count?: number): void;
}

/** Gathers values, mostly milliseconds, into a distribution. */
export interface Histogram {
  /** Takes one value in. */
  record(value: number): void;
}

/** A metric of the chassis, or one that a service has added to the table. */
export type AnyMetricName = MetricName | (string & {});

/**
 * Where numbers go. A series is asked for once, outside the request's way; recording into it touches memory only, and
 * a period's worth goes out as one line. Label values must come from the code, never from a request.
 */
export interface Metrics {
  /** The counter of this name and these labels. */
  counter(name: AnyMetricName, labels?: Labels): Counter;
  /** The histogram of this name and these labels. */
  histogram(name: AnyMetricName, labels?: Labels): Histogram;
  /** Asked for its value once a period; the function it returns takes that back. Gauges of the same labels add up. */
  gauge(name: AnyMetricName, labels: Labels, read: () => number): () => void;
}
