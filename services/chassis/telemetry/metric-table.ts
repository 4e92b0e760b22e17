/** What a metric is, and where it goes. */
export interface MetricDefinition {
  /** Whether it counts up, has a value at any moment, or collects values into a distribution. */
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** The unit of its values. */
  readonly unit: 'Milliseconds' | 'Bytes' | 'Count';
  /** What it measures, in a sentence for its readers. */
  readonly meaning: string;
  /** The labels of its series. @default - there is one series */
  readonly labels?: readonly string[];
  /**
   * What CloudWatch gets besides Prometheus. A `series` can have alarms, and costs $0.30 a month for each value of `by`
   * from when it is first other than zero; a `field` is on the same log line, can be searched for, and costs nothing
   * more. @default - nothing
   */
  readonly cloudWatch?: 'series' | 'field';
  /** Those of its labels that CloudWatch gets; it gets the sum over the others. @default - none */
  readonly by?: readonly string[];
}

/** Metrics by name. */
export type MetricTable = Readonly<Record<string, MetricDefinition>>;

const now = { kind: 'gauge', unit: 'Count', cloudWatch: 'field' } as const;
const count = { kind: 'counter', unit: 'Count' } as const;
const ofDependency = { labels: ['dependency'], by: ['dependency'] } as const;

/**
 * Every metric of the chassis: the one place for their names. A healthy service sends one or two series to CloudWatch,
 * its requests by class of status; the others begin to exist, and to cost, with the first trouble.
 */
export const chassisMetrics = {
  'request.duration': {
    kind: 'histogram',
    unit: 'Milliseconds',
    meaning: 'Time to answer requests; its count is their number, and those of status 5xx are faults',
    labels: ['route', 'status'],
    cloudWatch: 'series',
    by: ['status'],
  },
  'request.shed': {
    ...count,
    meaning: 'Requests turned away because there were too many',
    labels: ['route'],
    cloudWatch: 'series',
  },
  'request.in_flight': { ...now, meaning: 'Requests waiting for an answer' },
  'request.limit': { ...now, meaning: 'Requests that may be worked on at once' },
  'call.duration': {
    kind: 'histogram',
    unit: 'Milliseconds',
    meaning: 'Time calls to a dependency took, attempts and waits together',
    labels: ['dependency', 'operation', 'outcome'],
    cloudWatch: 'field',
    by: ['dependency'],
  },
  'call.failures': {
    ...count,
    meaning: 'Calls that failed by fault of the dependency',
    labels: ['dependency', 'operation'],
    cloudWatch: 'series',
    by: ['dependency'],
  },
  'call.retries': {
    ...count,
    ...ofDependency,
    meaning: 'Attempts beyond the first of a call',
    cloudWatch: 'field',
  },
  'call.rejected': {
    ...count,
    meaning: 'Calls not made: the bulkhead was full, or the breaker open',
    labels: ['dependency', 'reason'],
    cloudWatch: 'field',
    by: ['dependency'],
  },
  'call.degraded': {
    ...count,
    meaning: 'Calls answered by a fallback, by kind of failure',
    labels: ['dependency', 'reason'],
    cloudWatch: 'field',
    by: ['dependency'],
  },
  'breaker.opened': {
    ...count,
    meaning: 'How often the breaker of a dependency opened',
    ...ofDependency,
    cloudWatch: 'series',
  },
  'breaker.state': { ...now, ...ofDependency, meaning: 'State of the breaker: 0 closed, 1 half-open, 2 open' },
  'bulkhead.in_flight': { ...now, ...ofDependency, meaning: 'Calls to a dependency under way' },
  'bulkhead.waiting': { ...now, ...ofDependency, meaning: 'Calls to a dependency waiting for a place' },
  'instances.known': { ...now, ...ofDependency, meaning: 'Known instances of a dependency' },
  'instances.ejected': { ...now, ...ofDependency, meaning: 'Instances of a dependency left out for failing' },
  'pool.connected': { ...now, ...ofDependency, meaning: 'Open connections to a dependency' },
  'pool.free': { ...now, ...ofDependency, meaning: 'Idle connections to a dependency' },
  'pool.pending': { ...now, ...ofDependency, meaning: 'Requests to a dependency waiting for a connection' },
  'pool.running': { ...now, ...ofDependency, meaning: 'Requests to a dependency sent and not yet answered' },
  'event_loop.delay': {
    kind: 'histogram',
    unit: 'Milliseconds',
    meaning: 'How late a timer fires, sampled: how long any event waits to be handled',
    cloudWatch: 'field',
  },
  'memory.heap': { ...now, unit: 'Bytes', meaning: 'Heap in use' },
  'memory.resident': { ...now, unit: 'Bytes', meaning: 'All memory of the process' },
  'spans.exported': { ...count, meaning: 'Spans handed to the collector' },
  'spans.dropped': {
    ...count,
    meaning: 'Spans lost: the collector was away, or there were too many',
    cloudWatch: 'field',
  },
} as const satisfies MetricTable;

/** A metric of the chassis. */
export type MetricName = keyof typeof chassisMetrics;
