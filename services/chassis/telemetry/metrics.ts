/** What a series is told apart by: `{ route: 'getProduct', status: '2xx' }`. */
export type Labels = Readonly<Record<string, string>>;

/** Counts up. */
export interface Counter {
  add(count?: number): void;
}

/** Gathers values, mostly milliseconds, into a distribution. */
export interface Histogram {
  record(value: number): void;
}

/**
 * Where numbers go. A series is asked for once, outside the request's way; recording into it touches memory only, and
 * a period's worth goes out as one line.
 */
export interface Metrics {
  counter(name: string, labels?: Labels): Counter;
  histogram(name: string, labels?: Labels): Histogram;
  /** Asked for its value once a period. */
  gauge(name: string, labels: Labels, read: () => number): void;
}

/** Numbers nobody looks at. */
export const noMetrics: Metrics = {
  counter: () => ({ add() {} }),
  histogram: () => ({ record() {} }),
  gauge() {},
};
