/**
 * Every name a service reads from its config source, and its meaning; all can change while the service runs.
 * `<service>` is the name of a dependency.
 */
export const configNames = {
  'log.level': 'The lowest level of log lines that are written: debug, info, warn or error',
  'log.requests': 'Which successful requests get an access line: all, or sampled (those whose trace is sampled)',
  'trace.ratio': 'Share of the traces begun here that are sampled, from 0 to 1',
  'calls.<service>': 'Policies of the calls to that service: time per attempt, retries, breaker, bulkhead',
} as const;
