import { createTraceState, INVALID_SPANID, type SpanContext, TraceFlags } from '@opentelemetry/api';

/** The span of a caller, or only the trace that an edge has begun: its span id is then all zeros. */
export interface CallerContext extends SpanContext {
  /** Nobody has said yet whether the trace is sampled. */
  readonly undecided: boolean;
}

const TRACEPARENT_LENGTH = 55;
/** A version after 00; it may go on behind its flags, and ff is none. */
const LATER_VERSION = /^(?!00|ff)[0-9a-f]{2}-.{49}(?:-.*)?$/;
const [ZERO, NINE, A, F] = [48, 57, 97, 102];
const ROOT = /(?:^|[; ])Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/;
const PARENT = /(?:^|[; ])Parent=([0-9a-f]{16})(?:;|$)/;
const SAMPLED = /(?:^|[; ])Sampled=([01])(?:;|$)/;

/** The caller by W3C's headers; undefined where they are missing or not what W3C says, which is to be treated alike. */
export function readTraceparent(traceparent: string | undefined, tracestate?: string): CallerContext | undefined {
  if (traceparent === undefined || !isTraceparent(traceparent)) return undefined;
  const traceId = traceparent.slice(3, 35);
  const spanId = traceparent.slice(36, 52);
  const last = traceparent.charCodeAt(54);
  const traceFlags = (last <= NINE ? last : last - A + 10) & TraceFlags.SAMPLED;
  const caller = { traceId, spanId, traceFlags, isRemote: true, undecided: false };
  return tracestate === undefined ? caller : { ...caller, traceState: createTraceState(tracestate) };
}

/** By hand, for a regular expression takes twice the time, and this is asked of every request. */
function isTraceparent(text: string): boolean {
  const ends = text.length === TRACEPARENT_LENGTH && text.startsWith('00');
  if (!ends && !LATER_VERSION.test(text)) return false;
  const dashes = text[2] === '-' && text[35] === '-' && text[52] === '-';
  return dashes && isId(text, 3, 35) && isId(text, 36, 52) && isHexadecimal(text, 53, 55);
}

/** Whether these are hexadecimal digits, not all of them zero. */
const isId = (text: string, start: number, end: number): boolean =>
  isHexadecimal(text, start, end) && !isZero(text, start, end);

function isHexadecimal(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code < ZERO || code > F || (code > NINE && code < A)) return false;
  }
  return true;
}

function isZero(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (text.charCodeAt(index) !== ZERO) return false;
  return true;
}

/** Whether an id is all zeros, as the API's span that does nothing has it, and an edge that has begun a trace but no span. */
export const isNone = (id: string): boolean => isZero(id, 0, id.length);

/** The caller by X-Ray's header, as load balancers and API Gateway write it: the same ids, told apart by dashes. */
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
