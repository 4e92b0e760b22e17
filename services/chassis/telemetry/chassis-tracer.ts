import {
  type Context,
  context,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  TraceFlags,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import type { Live } from '../config/live.ts';
import type { Ids } from '../ids.ts';
import type { Clock } from '../time/clock.ts';
import { ChassisSpan, type SpanHome } from './chassis-span.ts';
import { type CallerContext, isNone } from './trace-headers.ts';

export interface TracingProps {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Share of the traces begun here that are sampled, from 0 to 1. */
  readonly ratio: Live<number>;
  /** Takes the spans to export. @default - spans are not exported */
  readonly sink?: ((span: ChassisSpan) => void) | undefined;
}

/** Makes spans for all code instrumented with the OpenTelemetry API: ours, and libraries that know nothing of us. */
export class ChassisTracerProvider implements TracerProvider {
  readonly #props: TracingProps;

  constructor(props: TracingProps) {
    this.#props = props;
  }

  getTracer(name: string, version?: string): Tracer {
    return new ChassisTracer(this.#props, { name, version });
  }
}

class ChassisTracer implements Tracer {
  readonly #props: TracingProps;
  readonly #home: SpanHome;

  constructor(props: TracingProps, scope: SpanHome['scope']) {
    this.#props = props;
    this.#home = { clock: props.clock, scope, sink: props.sink };
  }

  startSpan(name: string, options: SpanOptions = {}, parentContext: Context = context.active()): Span {
    const { ids } = this.#props;
    const parent = options.root ? undefined : known(trace.getSpanContext(parentContext));
    const traceId = parent === undefined ? ids.traceId() : parent.traceId;
    return new ChassisSpan(this.#home, {
      traceId,
      spanId: ids.spanId(),
      traceFlags: this.#flags(traceId, parent),
      traceState: parent?.traceState,
      parentSpanId: parent === undefined || isNone(parent.spanId) ? undefined : parent.spanId,
      name,
      kind: options.kind ?? SpanKind.INTERNAL,
      attributes: options.attributes,
      links: options.links,
      startTime: options.startTime,
    });
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    const work = rest.pop() as F;
    const [options, parentContext = context.active()] = rest as [SpanOptions?, Context?];
    const span = this.startSpan(name, options, parentContext);
    return context.with(trace.setSpan(parentContext, span), () => work(span)) as ReturnType<F>;
  }

  /** The service that began the trace decides, by its id, so that all that have to decide decide alike. */
  #flags(traceId: string, parent: CallerContext | SpanContext | undefined): number {
    if (parent !== undefined && !('undecided' in parent && parent.undecided)) return parent.traceFlags;
    const drawn = Number.parseInt(traceId.slice(24), 16);
    return drawn < this.#props.ratio.value * 2 ** 32 ? TraceFlags.SAMPLED : TraceFlags.NONE;
  }
}

/** The API's no-op span has a trace id of zeros, which is no trace to continue. */
const known = (parent: SpanContext | undefined): SpanContext | undefined =>
  parent === undefined || isNone(parent.traceId) ? undefined : parent;
