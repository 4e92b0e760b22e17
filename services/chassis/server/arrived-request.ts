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

/** Told apart by their lengths, most names need no look at. Undefined where there is a body, or a header comes twice. */
function readHead(raw: readonly string[]): RequestHead | undefined {
  const head = new RequestHead();
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!;
    const value = raw[index + 1];
    switch (name.length) {
      case 4:
        if (!is(name, 'host')) break;
        if (head.host !== undefined) return undefined;
        head.host = value;
        break;
      case 6:
        if (!is(name, 'expect')) break;
        if (head.expect !== undefined) return undefined;
        head.expect = value;
        break;
      case 10:
        if (!is(name, 'tracestate')) break;
        if (head.tracestate !== undefined) return undefined;
        head.tracestate = value;
        break;
      case 11:
        if (!is(name, 'traceparent')) break;
        if (head.traceparent !== undefined) return undefined;
        head.traceparent = value;
        break;
      case 13:
        if (!is(name, 'x-deadline-ms')) break;
        if (head['x-deadline-ms'] !== undefined) return undefined;
        head['x-deadline-ms'] = value;
        break;
      case 14:
        if (!is(name, 'content-length')) break;
        return undefined;
      case 15:
        if (!is(name, 'x-amzn-trace-id')) break;
        if (head['x-amzn-trace-id'] !== undefined) return undefined;
        head['x-amzn-trace-id'] = value;
        break;
      case 16:
        if (!is(name, 'x-correlation-id')) break;
        if (head['x-correlation-id'] !== undefined) return undefined;
        head['x-correlation-id'] = value;
        break;
      case 17:
        if (!is(name, 'transfer-encoding')) break;
        return undefined;
    }
  }
  return head;
}

const is = (name: string, expected: string): boolean => name === expected || name.toLowerCase() === expected;
