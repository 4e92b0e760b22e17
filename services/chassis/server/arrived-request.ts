import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { IncomingHeaders } from '../context.ts';

/** What {@link IncomingMessage} is but for its headers, which TypeScript takes for a field. */
const Message = IncomingMessage as unknown as new (socket: Socket) => Omit<IncomingMessage, 'headers'>;

/** A request as Node's parser hands it over. Nobody but Node and the chassis ever sees one. */
export class ArrivedRequest extends Message {
  #head: IncomingHeaders | undefined = undefined;

  /**
   * Of a request without a body only what Node asks of each, and what travels with it: an object of all headers would
   * cost a twentieth of the whole request. Of other requests all.
   */
  get headers(): IncomingHeaders {
    this.#head ??= readHead(this.rawHeaders) ?? this.allHeaders;
    return this.#head;
  }

  /** How many Host headers it has, of which Node keeps the first. */
  get hosts(): number {
    const { headers, rawHeaders } = this;
    if (headers instanceof RequestHead) return headers.host === undefined ? 0 : 1;
    return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  }

  /** All headers by name. */
  get allHeaders(): IncomingHeaders {
    return Reflect.get(IncomingMessage.prototype, 'headers', this);
  }
}

/** The headers every request is asked for: always the same fields, so that reading one is no search. */
class RequestHead {
  [name: string]: string | undefined;
  host: string | undefined = undefined;
  expect: string | undefined = undefined;
  traceparent: string | undefined = undefined;
  tracestate: string | undefined = undefined;
  'x-amzn-trace-id': string | undefined = undefined;
  'x-correlation-id': string | undefined = undefined;
  'x-deadline-ms': string | undefined = undefined;
}

/** What is looked for, by its length, which tells these names apart: most others need no further look. */
const NAMES: readonly (string | undefined)[] = byLength([
  'host',
  'expect',
  'tracestate',
  'traceparent',
  'x-deadline-ms',
  'content-length',
  'x-amzn-trace-id',
  'x-correlation-id',
  'transfer-encoding',
]);

function byLength(names: readonly string[]): (string | undefined)[] {
  const placed: (string | undefined)[] = [];
  for (const name of names) placed[name.length] = name;
  return placed;
}

/** Undefined where there is a body, or where a header comes twice and Node says what that means. */
function readHead(raw: readonly string[]): RequestHead | undefined {
  const head = new RequestHead();
  for (let index = 0; index < raw.length; index += 2) {
    const given = raw[index]!;
    const name = NAMES[given.length];
    if (name === undefined || (given !== name && given.toLowerCase() !== name)) continue;
    if (name === 'content-length' || name === 'transfer-encoding' || head[name] !== undefined) return undefined;
    head[name] = raw[index + 1];
  }
  return head;
}
