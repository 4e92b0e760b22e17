import type { IncomingHttpHeaders } from 'node:http';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { CallError } from '../call-error.ts';
import type { Clock } from '../time/clock.ts';

/** An answer as it came over the wire. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Returns the value of an answer, or throws the error it stands for. */
export type ReadAnswer = (answer: HttpAnswer) => unknown;

/** Makes the function that reads the answers of one route. */
export function answerReader(service: string, path: string, schema: TSchema | undefined, clock: Clock): ReadAnswer {
  const validator = schema && Compile(schema);
  return (answer) => {
    const { status } = answer;
    if (status < 200 || status > 299) throw errorOf(service, answer, clock);
    if (validator === undefined) return undefined;
    const value = json(answer);
    if (validator.Check(value)) return value;
    const [fault] = validator.Errors(value);
    const detail = `answered ${path} with something other than declared: ${fault?.instancePath || '/'} ${fault?.message}`;
    throw new CallError(service, { kind: 'malformed' }, detail);
  };
}

/** What a proxy in front of the service says if the connection broke after the request was sent. */
const BROKEN = /reset reason: (?:connection termination|remote reset|local reset|protocol error)/;
/** What it says if the request was never sent. */
const UNREACHED = /^no healthy upstream|reset reason: (?:(?:remote |local )?connection (?:failure|timeout)|overflow)/;

function errorOf(service: string, answer: HttpAnswer, clock: Clock): CallError {
  const { status } = answer;
  // The callee, or a proxy in front of it, may notice the end of the deadline a moment before we do.
  if (status === 504) return new CallError(service, { kind: 'timeout', at: 'there' }, 'did not answer in time');
  const document = json(answer);
  if (status === 503 && document === undefined) {
    const text = answer.body.toString('latin1', 0, 500);
    const sent = BROKEN.test(text);
    if (sent || UNREACHED.test(text)) {
      return new CallError(service, { kind: 'unavailable', sent }, `cannot be reached: ${text}`);
    }
  }
  const { code, detail } = (document ?? {}) as { code?: unknown; detail?: unknown };
  const failure = {
    kind: 'problem',
    status,
    code: typeof code === 'string' ? code : undefined,
    retryAfterMs: waitAsked(answer, clock),
  } as const;
  return new CallError(service, failure, `answered ${status}${typeof detail === 'string' ? `: ${detail}` : ''}`);
}

/** The one date format HTTP still sends; `Date.parse` alone would accept `-1` as well. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** `Retry-After`, in seconds or as a date; anything else is ignored. */
function waitAsked({ headers }: HttpAnswer, clock: Clock): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.now());
}

function json({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
