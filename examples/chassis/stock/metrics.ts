import type { MetricTable } from '../../../services/chassis/index.ts';

/** What the stock measures beside what every service does. */
export const stockMetrics = {
  'stock.reservations': {
    kind: 'counter',
    unit: 'Count',
    meaning: 'Reservations that were made, that were made before, and that could not be made',
    labels: ['outcome'],
    cloudWatch: 'field',
    by: ['outcome'],
  },
} as const satisfies MetricTable;
