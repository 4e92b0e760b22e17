/** Headers that travel with a request from edge to the last callee. */
export const Header = {
  /** W3C trace context. */
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  /** One id for everything a user's click sets off; made at the first hop that gets none. */
  correlationId: 'x-correlation-id',
  /** Milliseconds the caller will still wait. */
  deadline: 'x-deadline-ms',
  /** The same key again means the same request, not another one. */
  idempotencyKey: 'idempotency-key',
} as const;
