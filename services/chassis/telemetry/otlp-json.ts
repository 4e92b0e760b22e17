import { type Attributes, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ChassisSpan, SpanHome } from './chassis-span.ts';

const LONGEST_TEXT = 2_048;

/** Spans as OTLP/HTTP writes them in JSON. `offset` turns elapsed milliseconds into those since 1970. */
export function otlpTraces(spans: readonly ChassisSpan[], resource: Attributes, offset: number): string {
  const byScope = new Map<string, { readonly scope: SpanHome['scope']; text: string }>();
  for (const span of spans) {
    const { scope } = span.home;
    const key = `${scope.name}@${scope.version}`;
    const group = byScope.get(key);
    if (group === undefined) byScope.set(key, { scope, text: spanJson(span, offset) });
    else group.text += `,${spanJson(span, offset)}`;
  }
  const scopes = [...byScope.values()].map(({ scope, text }) => `{"scope":${JSON.stringify(scope)},"spans":[${text}]}`);
  return `{"resourceSpans":[{"resource":{"attributes":${attributesJson(resource)}},"scopeSpans":[${scopes.join()}]}]}`;
}

/** Written piece by piece: half the cost of an object of this shape and `JSON.stringify`. */
function spanJson(span: ChassisSpan, offset: number): string {
  const { traceId, spanId, parentSpanId, traceState, attributes, events, links, status } = span;
  let text = `{"traceId":"${traceId}","spanId":"${spanId}","flags":${span.traceFlags & TraceFlags.SAMPLED}`;
  if (parentSpanId !== undefined) text += `,"parentSpanId":"${parentSpanId}"`;
  if (traceState !== undefined) text += `,"traceState":${JSON.stringify(traceState.serialize())}`;
  text += `,"name":${JSON.stringify(span.name)},"kind":${kinds[span.kind]}`;
  text += `,"startTimeUnixNano":"${nanos(span.startedAt + offset)}","endTimeUnixNano":"${nanos(span.endedAt + offset)}"`;
  if (attributes !== undefined) text += `,"attributes":${attributesJson(attributes)}`;
  if (events !== undefined) text += `,"events":[${events.map((event) => eventJson(event, offset)).join()}]`;
  if (links !== undefined) text += `,"links":[${links.map(linkJson).join()}]`;
  if (status === undefined || status.code === SpanStatusCode.UNSET) return `${text},"status":{}}`;
  const message = status.message === undefined ? '' : `,"message":${cut(status.message)}`;
  return `${text},"status":{"code":${status.code}${message}}}`;
}

/** The API counts kinds from 0, OTLP from 1. */
const kinds: Readonly<Record<SpanKind, number>> = {
  [SpanKind.INTERNAL]: 1,
  [SpanKind.SERVER]: 2,
  [SpanKind.CLIENT]: 3,
  [SpanKind.PRODUCER]: 4,
  [SpanKind.CONSUMER]: 5,
};

/** Nanoseconds since 1970 exceed what a number holds exactly: microseconds fit, and the clock is no finer. */
const nanos = (ms: number): string => `${Math.round(ms * 1_000)}000`;

const cut = (text: string): string =>
  JSON.stringify(text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);

const eventJson = ({ name, at, attributes = {} }: NonNullable<ChassisSpan['events']>[number], offset: number): string =>
  `{"name":${JSON.stringify(name)},"timeUnixNano":"${nanos(at + offset)}","attributes":${attributesJson(attributes)}}`;

const linkJson = ({ context, attributes = {} }: NonNullable<ChassisSpan['links']>[number]): string =>
  `{"traceId":"${context.traceId}","spanId":"${context.spanId}","attributes":${attributesJson(attributes)}}`;

function attributesJson(attributes: Attributes): string {
  let text = '';
  for (const key of Object.keys(attributes)) {
    const value = valueJson(attributes[key]);
    if (value !== undefined) text += `${text === '' ? '' : ','}{"key":${JSON.stringify(key)},"value":${value}}`;
  }
  return `[${text}]`;
}

function valueJson(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return `{"stringValue":${cut(value)}}`;
    case 'boolean':
      return `{"boolValue":${value}}`;
    case 'number':
      if (Number.isSafeInteger(value)) return `{"intValue":"${value}"}`;
      return Number.isFinite(value) ? `{"doubleValue":${value}}` : `{"doubleValue":"${value}"}`;
    case 'bigint':
      return `{"intValue":"${value}"}`;
  }
  if (!Array.isArray(value)) return undefined;
  const values = value.map(valueJson).filter((one) => one !== undefined);
  return `{"arrayValue":{"values":[${values.join()}]}}`;
}
