import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { IncomingHeaders } from '../context.ts';

/** {@link IncomingMessage} without its headers, which TypeScript takes for a field. */
const Message = IncomingMessage as unknown as new (socket: Socket) => Omit<IncomingMessage, 'headers'>;

/** A request as Node's parser hands it over. Only Node and the chassis ever see one. */
export class ArrivedRequest extends Message {
  #head: IncomingHeaders | undefined = undefined;

  /**
   * For a request without a body, only the headers that Node asks for and that travel with a request: an object of all
   * headers would cost a twentieth of the whole request. For other requests, all.
   */
  get headers(): IncomingHeaders {
    this.#head ??= readHead(this.rawHeaders) ?? this.allHeaders;
    return this.#head;
  }

  /** Number of Host headers, of which Node keeps the first. */
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

/** The headers read from every request: always the same fields, so that reading one needs no search. */
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

/** The names looked for, by length, which is unique among them: most other headers are skipped at once. */
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

/** Undefined if there is a body, or if a header comes twice, which is left to Node. */
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
