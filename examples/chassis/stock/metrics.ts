import type { MetricTable } from '../../../services/chassis/index.ts';

/** What the stock measures in addition to what every service does. */
export const stockMetrics = {
  'stock.reservations': {
    kind: 'counter',
    unit: 'Count',
    meaning: 'Reservations by outcome: made, repeated, refused',
    labels: ['outcome'],
    cloudWatch: 'field',
    by: ['outcome'],
  },
} as const satisfies MetricTable;
