import type { Ids } from '../ids.ts';

/** One step of a request's way through the system, as W3C trace context names it. */
export interface Trace {
  /** The same from the first hop to the last. */
  readonly traceId: string;
  /** This step. */
  readonly spanId: string;
  /** The step that caused this one; undefined at the first. */
  readonly parentId: string | undefined;
  readonly sampled: boolean;
  /** What other vendors ask to be handed on. */
  readonly state: string | undefined;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;

/** A trace that begins here. */
export const startTrace = (ids: Ids): Trace => ({
  traceId: ids.traceId(),
  spanId: ids.spanId(),
  parentId: undefined,
  sampled: true,
  state: undefined,
});

/** The next step of a trace. */
export const childTrace = (trace: Trace, ids: Ids): Trace => ({
  traceId: trace.traceId,
  spanId: ids.spanId(),
  parentId: trace.spanId,
  sampled: trace.sampled,
  state: trace.state,
});

/** The caller's step; undefined where the header is missing or not what W3C says, which is to be treated alike. */
export function readTrace(traceparent: string | undefined, tracestate?: string): Trace | undefined {
  const parts = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  if (parts === null) return undefined;
  const [, version, traceId, spanId, flags, rest] = parts as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  const known = version === '00' ? rest === undefined : version !== 'ff';
  if (!known || ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId, parentId: undefined, sampled: (Number.parseInt(flags, 16) & 1) === 1, state: tracestate };
}

/** The `traceparent` header of a step. */
export const traceparent = (trace: Trace): string =>
  `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? '01' : '00'}`;
