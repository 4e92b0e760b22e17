import { createTraceState, INVALID_SPANID, type SpanContext, TraceFlags } from '@opentelemetry/api';

/** The span of a caller, or only the trace that an edge has begun: its span id is then all zeros. */
export interface CallerContext extends SpanContext {
  /** Whether the trace is sampled is still undecided. */
  readonly undecided: boolean;
}

/** Written out, because a counted expression such as `{32}` takes five times as long. */
const hexDigits = (count: number): string => '[0-9a-f]'.repeat(count);
const IDS_AND_FLAGS = `-${hexDigits(32)}-${hexDigits(16)}-${hexDigits(2)}`;
/** Version 00 ends after its flags; a later one may go on, and ff is invalid. */
const TRACEPARENT = new RegExp(`^(?:00${IDS_AND_FLAGS}|(?!00|ff)${hexDigits(2)}${IDS_AND_FLAGS}(?:-.*)?)$`);
/** The flags of a sampled trace end in one of these. */
const ODD_DIGITS = '13579bdf';
const ROOT = /(?:^|[; ])Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/;
const PARENT = /(?:^|[; ])Parent=([0-9a-f]{16})(?:;|$)/;
const SAMPLED = /(?:^|[; ])Sampled=([01])(?:;|$)/;

/** The caller by W3C's headers; undefined if they are missing or invalid, which W3C treats alike. */
export function readTraceparent(traceparent: string | undefined, tracestate?: string): CallerContext | undefined {
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return undefined;
  const traceId = traceparent.slice(3, 35);
  const spanId = traceparent.slice(36, 52);
  if (isNone(traceId) || isNone(spanId)) return undefined;
  const traceFlags = ODD_DIGITS.includes(traceparent[54]!) ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const caller = { traceId, spanId, traceFlags, isRemote: true, undecided: false };
  return tracestate === undefined ? caller : { ...caller, traceState: createTraceState(tracestate) };
}

/**
 * Whether an id is all zeros, as in the API's no-op span, or if an edge has begun a trace but no span. The first digit
 * usually decides; comparing an id cut out of a header costs more than looking at it.
 */
export function isNone(id: string): boolean {
  for (let index = 0; index < id.length; index++) if (id[index] !== '0') return false;
  return true;
}

/** The caller by X-Ray's header, as load balancers and API Gateway write it: the same ids, with dashes in between. */
export function readXRay(header: string | undefined): CallerContext | undefined {
  const root = header === undefined ? null : ROOT.exec(header);
  if (root === null) return undefined;
  const traceId = root[1]! + root[2]!;
  if (isNone(traceId)) return undefined;
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
