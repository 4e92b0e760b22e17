/** What a metric is, and what becomes of it. */
export interface MetricDefinition {
  /** What it does: counts up, has a value at any moment, or gathers values into a distribution. */
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** What its values are. */
  readonly unit: 'Milliseconds' | 'Bytes' | 'Count';
  /** What it says, in a sentence for those who look at it. */
  readonly meaning: string;
  /** What its series are told apart by. @default - there is one series */
  readonly labels?: readonly string[];
  /**
   * What CloudWatch gets beside Prometheus. A `series` can be alarmed on, and costs $0.30 a month for each value of `by`
   * from when it is first other than zero; a `field` stands on the same log line, to be searched for, and costs nothing
   * more. @default - nothing
   */
  readonly cloudWatch?: 'series' | 'field';
  /** Those of its labels that CloudWatch tells apart; over the others it gets the sum. @default - none */
  readonly by?: readonly string[];
}

/** Metrics by name. */
export type MetricTable = Readonly<Record<string, MetricDefinition>>;

const now = { kind: 'gauge', unit: 'Count', cloudWatch: 'field' } as const;
const count = { kind: 'counter', unit: 'Count' } as const;
const ofDependency = { labels: ['dependency'], by: ['dependency'] } as const;

/**
 * Every metric of the chassis: the one place for their names. A service that is well sends one or two series to
 * CloudWatch, its requests by class of status; the others begin to exist, and to cost, with the first trouble.
 */
export const chassisMetrics = {
  'request.duration': {
    kind: 'histogram',
    unit: 'Milliseconds',
    meaning: 'Time to answer requests; how many there were is its count, those of status 5xx are faults',
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
  'request.in_flight': { ...now, meaning: 'Requests that wait for an answer now' },
  'request.limit': { ...now, meaning: 'Requests that may be worked on at once now' },
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
    meaning: 'Calls that a dependency failed',
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
    meaning: 'Calls that were not made: no room for them, or the breaker was open',
    labels: ['dependency', 'reason'],
    cloudWatch: 'field',
    by: ['dependency'],
  },
  'call.degraded': {
    ...count,
    meaning: 'Calls that a fallback answered, by how they had failed',
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
  'breaker.state': { ...now, ...ofDependency, meaning: 'The breaker now: 0 closed, 1 half-open, 2 open' },
  'bulkhead.in_flight': { ...now, ...ofDependency, meaning: 'Calls to a dependency under way now' },
  'bulkhead.waiting': { ...now, ...ofDependency, meaning: 'Calls to a dependency that wait for their turn now' },
  'instances.known': { ...now, ...ofDependency, meaning: 'Instances of a dependency that are known now' },
  'instances.ejected': { ...now, ...ofDependency, meaning: 'Instances of a dependency that are left out for failing' },
  'pool.connected': { ...now, ...ofDependency, meaning: 'Connections to a dependency that are open now' },
  'pool.free': { ...now, ...ofDependency, meaning: 'Connections to a dependency that have nothing to do now' },
  'pool.pending': { ...now, ...ofDependency, meaning: 'Requests to a dependency that wait for a connection now' },
  'pool.running': { ...now, ...ofDependency, meaning: 'Requests to a dependency that are sent and not answered' },
  'event_loop.delay': {
    kind: 'histogram',
    unit: 'Milliseconds',
    meaning: 'How late a timer fires, sampled: what any event waits before it is looked at',
    cloudWatch: 'field',
  },
  'memory.heap': { ...now, unit: 'Bytes', meaning: 'Heap in use' },
  'memory.resident': { ...now, unit: 'Bytes', meaning: 'Memory of the process, all of it' },
  'spans.exported': { ...count, meaning: 'Spans handed to the collector' },
  'spans.dropped': {
    ...count,
    meaning: 'Spans lost: the collector was away, or there were too many',
    cloudWatch: 'field',
  },
} as const satisfies MetricTable;

/** A metric of the chassis. */
export type MetricName = keyof typeof chassisMetrics;
