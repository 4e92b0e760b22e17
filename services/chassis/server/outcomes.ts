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
export interface Ending {
  readonly status: number;
  /** The path it asked for, without its query. */
  readonly path: string;
  readonly milliseconds: number;
  /** What the log is told beside that. */
  readonly failure: LogFields | undefined;
}

/** What is always the same about the requests that one operation answers with one status. */
interface Outcome {
  readonly duration: Histogram;
  /** Start of the access line. */
  readonly line: string;
}

/** Where it is told. */
export interface Telling {
  readonly metrics: Metrics;
  /** Which requests that went well have an access line: all, or those whose trace is sampled. */
  readonly lines: Live<'all' | 'sampled'>;
}

/** Where a service tells of its requests. */
export const tellingOf = ({ metrics, config, log }: Runtime): Telling => ({
  metrics,
  lines: live(config, 'log.requests', Type.Enum(['all', 'sampled']), 'all', log),
});

interface RouteName {
  readonly method: string;
  /** Undefined where no route answers. */
  readonly path?: string;
}

/** Tells of each request of one operation once it is answered: an access line, a duration, the end of its span. */
export class Outcomes {
  readonly #name: string;
  readonly #spanName: RequestSpanName;
  readonly #route: RouteName;
  readonly #telling: Telling;
  readonly #byStatus = new Map<number, Outcome>();

  constructor(name: string, spanName: RequestSpanName, route: RouteName, telling: Telling) {
    this.#name = name;
    this.#spanName = spanName;
    this.#route = route;
    this.#telling = telling;
  }

  tell(context: Context, log: Log, ending: Ending): void {
    const { status, milliseconds, failure } = ending;
    const { duration, line } = this.#byStatus.get(status) ?? this.#first(status);
    duration.record(milliseconds);
    if (failure !== undefined) this.#tellFailure(context, ending);
    else if (this.#telling.lines.value === 'all' || isSampled(context))
      log.line('info', `${line}${context.members}${lineEnd(ending)}`);
    endRequestSpan(context.span, this.#spanName, status);
  }

  /** One was turned away because there were too many. */
  shed(): void {
    this.#telling.metrics.counter('request.shed', { route: this.#name }).add();
  }

  #first(status: number): Outcome {
    const { method, path } = this.#route;
    const outcome = {
      duration: durationOf(this.#telling.metrics, this.#name, status),
      line: `,"msg":"${method} ${path} ${status}","method":"${method}","route":"${path}","status":${status}`,
    };
    this.#byStatus.set(status, outcome);
    return outcome;
  }

  #tellFailure(context: Context, { status, path, milliseconds, failure }: Ending): void {
    const { method, path: route } = this.#route;
    const ms = Math.round(milliseconds * 100) / 100;
    const write = status >= 500 ? context.log.error : context.log.info;
    write.call(context.log, `${method} ${route ?? path} ${status}`, { method, route, path, status, ms, ...failure });
  }
}

/** What is told of requests that no route answers: of any path, so it is not among what is told apart. */
export function unroutedOutcomes(telling: Telling): (method: string) => Outcomes {
  const made = new Map<string, Outcomes>();
  return (method) => {
    const known = made.get(method);
    if (known !== undefined) return known;
    const spanName = { name: method, attributes: { 'http.request.method': method } };
    const outcomes = new Outcomes('none', spanName, { method }, telling);
    made.set(method, outcomes);
    return outcomes;
  };
}

/** Durations of an operation by class of status: rate, errors and duration are all in there. */
const durationOf = (metrics: Metrics, operation: string, status: number): Histogram =>
  metrics.histogram('request.duration', { route: operation, status: `${Math.floor(status / 100)}xx` });

const isSampled = ({ span }: Context): boolean => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;

/** Two decimals by whole numbers: writing a fraction as text costs more than the rest of the line. */
function lineEnd({ path, milliseconds }: Ending): string {
  const hundredths = Math.round(milliseconds * 100);
  const fraction = hundredths % 100;
  const whole = (hundredths - fraction) / 100;
  return `,"path":"${isPlain(path) ? path : quotable(path)}","ms":${whole}${FRACTIONS[fraction]}`;
}

/** Most paths: too short for a secret, nothing in it that one is known by, and the same in quotes. */
const isPlain = (path: string): boolean => path.length < 40 && PLAIN.test(path);

const PLAIN = /^[a-z0-9/_.,~-]*$/;

const quotable = (path: string): string => JSON.stringify(withoutSecrets(path)).slice(1, -1);

const FRACTIONS: readonly string[] = Array.from({ length: 100 }, (_, part) => `.${String(part).padStart(2, '0')}`);
