import { createTraceState, INVALID_SPANID, INVALID_TRACEID, type SpanContext, TraceFlags } from '@opentelemetry/api';

/** The span of a caller, or only the trace that an edge has begun: its span id is then all zeros. */
export interface CallerContext extends SpanContext {
  /** Nobody has said yet whether the trace is sampled. */
  readonly undecided: boolean;
}

/** Version 00 ends after its flags; a later one may go on, and ff is none. */
const TRACEPARENT =
  /^(?:00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}|(?!00|ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?)$/;
const ROOT = /(?:^|[; ])Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/;
const PARENT = /(?:^|[; ])Parent=([0-9a-f]{16})(?:;|$)/;
const SAMPLED = /(?:^|[; ])Sampled=([01])(?:;|$)/;

/** The caller by W3C's headers; undefined where they are missing or not what W3C says, which is to be treated alike. */
export function readTraceparent(traceparent: string | undefined, tracestate?: string): CallerContext | undefined {
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return undefined;
  const traceId = traceparent.slice(3, 35);
  const spanId = traceparent.slice(36, 52);
  if (traceId === INVALID_TRACEID || spanId === INVALID_SPANID) return undefined;
  const traceFlags = Number.parseInt(traceparent[54]!, 16) & TraceFlags.SAMPLED;
  const caller = { traceId, spanId, traceFlags, isRemote: true, undecided: false };
  return tracestate === undefined ? caller : { ...caller, traceState: createTraceState(tracestate) };
}

/** The caller by X-Ray's header, as load balancers and API Gateway write it: the same ids, told apart by dashes. */
export function readXRay(header: string | undefined): CallerContext | undefined {
  const root = header === undefined ? null : ROOT.exec(header);
  if (root === null) return undefined;
  const traceId = root[1]! + root[2]!;
  if (traceId === INVALID_TRACEID) return undefined;
  const sampled = SAMPLED.exec(header!)?.[1];
  return {
    traceId,
    spanId: PARENT.exec(header!)?.[1] ?? INVALID_SPANID,
    traceFlags: sampled === '1' ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
    undecided: sampled === undefined,
  };
}

/** The `traceparent` header of a span. */
export const traceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01'}`;
