import { TraceFlags } from '@opentelemetry/api';
import { Type } from 'typebox';
import type { Live } from '../config/live.ts';
import { live } from '../config/live-value.ts';
import type { Context } from '../context.ts';
import type { Runtime } from '../runtime.ts';
import type { Log, LogFields } from '../telemetry/log.ts';
import type { Histogram, Metrics } from '../telemetry/metrics.ts';
import { endRequestSpan, type RequestSpanName } from '../telemetry/request-span.ts';
import { withoutSecrets } from '../telemetry/secrets.ts';

/** How one request ended. */
export interface FinishedRequest {
  readonly status: number;
  /** The path it asked for, without its query. */
  readonly path: string;
  readonly milliseconds: number;
  /** Further fields for the log; undefined if it succeeded. */
  readonly failure: LogFields | undefined;
}

/** What all requests of one operation and one status have in common. */
interface StatusReport {
  readonly duration: Histogram;
  /** Start of the access line. */
  readonly line: string;
}

/** Where requests are reported to. */
export interface ReportSinks {
  readonly metrics: Metrics;
  /** Which successful requests get an access line: all, or those whose trace is sampled. */
  readonly lines: Live<'all' | 'sampled'>;
}

/** The sinks of a service. */
export const reportSinks = ({ metrics, config, log }: Runtime): ReportSinks => ({
  metrics,
  lines: live(config, 'log.requests', Type.Enum(['all', 'sampled']), 'all', log),
});

interface RouteName {
  readonly method: string;
  /** Undefined if no route answers. */
  readonly path?: string;
}

/** Reports each answered request of one operation: an access line, a duration, the end of its span. */
export class RequestReporter {
  readonly #name: string;
  readonly #spanName: RequestSpanName;
  readonly #route: RouteName;
  readonly #sinks: ReportSinks;
  readonly #byStatus = new Map<number, StatusReport>();

  constructor(name: string, spanName: RequestSpanName, route: RouteName, sinks: ReportSinks) {
    this.#name = name;
    this.#spanName = spanName;
    this.#route = route;
    this.#sinks = sinks;
  }

  report(context: Context, log: Log, finished: FinishedRequest): void {
    const { status, milliseconds, failure } = finished;
    const { duration, line } = this.#byStatus.get(status) ?? this.#first(status);
    duration.record(milliseconds);
    if (failure !== undefined) this.#reportFailure(context, finished);
    else if (this.#sinks.lines.value === 'all' || isSampled(context))
      log.line('info', `${line}${context.members}${lineEnd(finished)}`);
    endRequestSpan(context.span, this.#spanName, status);
  }

  /** A request was turned away because there were too many. */
  shed(): void {
    this.#sinks.metrics.counter('request.shed', { route: this.#name }).add();
  }

  #first(status: number): StatusReport {
    const { method, path } = this.#route;
    const report = {
      duration: durationOf(this.#sinks.metrics, this.#name, status),
      line: `,"msg":"${method} ${path} ${status}","method":"${method}","route":"${path}","status":${status}`,
    };
    this.#byStatus.set(status, report);
    return report;
  }

  #reportFailure(context: Context, { status, path, milliseconds, failure }: FinishedRequest): void {
    const { method, path: route } = this.#route;
    const ms = Math.round(milliseconds * 100) / 100;
    const write = status >= 500 ? context.log.error : context.log.info;
    write.call(context.log, `${method} ${route ?? path} ${status}`, { method, route, path, status, ms, ...failure });
  }
}

/** Reports requests that no route answers. Their paths can be anything, so no metric is kept by path. */
export function unroutedReporter(sinks: ReportSinks): (method: string) => RequestReporter {
  const made = new Map<string, RequestReporter>();
  return (method) => {
    const known = made.get(method);
    if (known !== undefined) return known;
    const spanName = { name: method, attributes: { 'http.request.method': method } };
    const reporter = new RequestReporter('none', spanName, { method }, sinks);
    made.set(method, reporter);
    return reporter;
  };
}

/** Durations of an operation by class of status, which also yield rate and errors. */
const durationOf = (metrics: Metrics, operation: string, status: number): Histogram =>
  metrics.histogram('request.duration', { route: operation, status: `${Math.floor(status / 100)}xx` });

const isSampled = ({ span }: Context): boolean => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;

/** Two decimals from whole numbers: formatting a fraction costs more than the rest of the line. */
function lineEnd({ path, milliseconds }: FinishedRequest): string {
  const hundredths = Math.round(milliseconds * 100);
  const fraction = hundredths % 100;
  const whole = (hundredths - fraction) / 100;
  return `,"path":"${isPlain(path) ? path : quotable(path)}","ms":${whole}${FRACTIONS[fraction]}`;
}

/** Whether a path can be written as it is, as most can: too short for a secret, no marks of one, nothing to escape. */
const isPlain = (path: string): boolean => path.length < 40 && PLAIN.test(path);

const PLAIN = /^[a-z0-9/_.,~-]*$/;

const quotable = (path: string): string => JSON.stringify(withoutSecrets(path)).slice(1, -1);

const FRACTIONS: readonly string[] = Array.from({ length: 100 }, (_, part) => `.${String(part).padStart(2, '0')}`);
