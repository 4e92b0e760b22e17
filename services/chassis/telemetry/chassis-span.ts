import {
  type Attributes,
  type Exception,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
  TraceFlags,
  type TraceState,
} from '@opentelemetry/api';
import type { Clock } from '../time/clock.ts';

/** Something that happened at one moment of a span. */
export interface SpanEvent {
  readonly name: string;
  /** In the clock's elapsed milliseconds. */
  readonly at: number;
  readonly attributes: Attributes | undefined;
}

/** Where spans of one tracer come from and go to. */
export interface SpanHome {
  readonly clock: Clock;
  /** Name of the code that makes the spans. */
  readonly scope: { readonly name: string; readonly version: string | undefined };
  /** Takes ended spans that are to be exported. @default - spans are not exported */
  readonly sink: ((span: ChassisSpan) => void) | undefined;
}

/** What a span is when it begins. */
export interface SpanStart {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState: TraceState | undefined;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes | undefined;
  readonly links: readonly Link[] | undefined;
  readonly startTime: TimeInput | undefined;
}

const MOST_ATTRIBUTES = 64;
const MOST_EVENTS = 32;

/**
 * A span that costs next to nothing unless it is exported: if its trace is sampled, and always if it failed. It is its
 * own span context, which saves an object per request.
 */
export class ChassisSpan implements Span, SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState?: TraceState;
  readonly parentSpanId: string | undefined;
  readonly kind: SpanKind;
  readonly startedAt: number;
  readonly home: SpanHome;
  name: string;
  endedAt = -1;
  attributes: Attributes | undefined;
  links: readonly Link[] | undefined;
  events: SpanEvent[] | undefined;
  status: SpanStatus | undefined;

  constructor(home: SpanHome, start: SpanStart) {
    this.home = home;
    this.traceId = start.traceId;
    this.spanId = start.spanId;
    this.traceFlags = start.traceFlags;
    if (start.traceState !== undefined) this.traceState = start.traceState;
    this.parentSpanId = start.parentSpanId;
    this.name = start.name;
    this.kind = start.kind;
    this.attributes = start.attributes;
    this.links = start.links;
    this.startedAt = start.startTime === undefined ? home.clock.elapsed() : elapsedAt(start.startTime, home.clock);
  }

  spanContext(): SpanContext {
    return this;
  }

  /** Whether what is recorded now will be exported: its trace is sampled, or it has failed. */
  isRecording(): boolean {
    if (this.home.sink === undefined || this.endedAt !== -1) return false;
    return (this.traceFlags & TraceFlags.SAMPLED) !== 0 || this.status?.code === SpanStatusCode.ERROR;
  }

  setAttribute(key: string, value: unknown): this {
    return this.isRecording() ? this.#merge({ [key]: value }) : this;
  }

  setAttributes(attributes: Attributes): this {
    return this.isRecording() ? this.#merge(attributes) : this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (!this.isRecording()) return this;
    const timeFirst = isTime(attributesOrTime);
    return this.#event(name, timeFirst ? undefined : attributesOrTime, timeFirst ? attributesOrTime : time);
  }

  addLink(link: Link): this {
    return this.addLinks([link]);
  }

  addLinks(links: Link[]): this {
    if (this.isRecording()) this.links = [...(this.links ?? []), ...links].slice(0, MOST_EVENTS);
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (this.endedAt === -1) this.status = status;
    return this;
  }

  updateName(name: string): this {
    if (this.endedAt === -1) this.name = name;
    return this;
  }

  /** Keeps the error even if the trace is not sampled: an error status usually follows. */
  recordException(exception: Exception, time?: TimeInput): void {
    if (this.home.sink === undefined || this.endedAt !== -1) return;
    const error = typeof exception === 'string' ? { message: exception } : exception;
    const attributes: Attributes = {
      'exception.type': error.name ?? (error.code === undefined ? 'Error' : String(error.code)),
      'exception.message': error.message ?? '',
      'exception.stacktrace': error.stack,
    };
    this.#event('exception', attributes, time);
  }

  end(endTime?: TimeInput): void {
    if (this.endedAt !== -1) return;
    if (!this.isRecording()) {
      this.endedAt = 0;
      return;
    }
    const { clock } = this.home;
    this.endedAt = Math.max(this.startedAt, endTime === undefined ? clock.elapsed() : elapsedAt(endTime, clock));
    this.home.sink?.(this);
  }

  #merge(attributes: Attributes): this {
    const merged: Attributes = { ...this.attributes, ...attributes };
    this.attributes =
      Object.keys(merged).length <= MOST_ATTRIBUTES
        ? merged
        : Object.fromEntries(Object.entries(merged).slice(0, MOST_ATTRIBUTES));
    return this;
  }

  #event(name: string, attributes: Attributes | undefined, time: TimeInput | undefined): this {
    this.events ??= [];
    const { clock } = this.home;
    const at = time === undefined ? clock.elapsed() : elapsedAt(time, clock);
    if (this.events.length < MOST_EVENTS) this.events.push({ name, at, attributes });
    return this;
  }
}

const isTime = (value: Attributes | TimeInput | undefined): value is TimeInput =>
  typeof value === 'number' || value instanceof Date || Array.isArray(value);

/** The API's times are epoch milliseconds, seconds and nanoseconds, dates, or values of `performance.now()`. */
function elapsedAt(time: TimeInput, clock: Clock): number {
  const ms = Array.isArray(time) ? time[0] * 1_000 + time[1] / 1e6 : Number(time);
  const sinceStart = ms < 1e11;
  return sinceStart ? ms : ms - (clock.now() - clock.elapsed());
}
