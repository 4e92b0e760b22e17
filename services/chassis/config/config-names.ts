/**
 * Every name a service looks for in its config source, and what it says: all can be changed while the service runs.
 * `<service>` is the name of one that is called.
 */
export const configNames = {
  'log.level': 'The least level of log lines that are written: debug, info, warn or error',
  'log.requests': 'Which requests that went well have an access line: all, or sampled, those whose trace is sampled',
  'trace.ratio': 'Share of the traces beginning here that are sampled, from 0 to 1',
  'calls.<service>': 'Policies of the calls to it: time per attempt, retries, breaker, bulkhead',
} as const;
