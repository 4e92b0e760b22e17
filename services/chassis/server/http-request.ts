import type { ServerResponse } from 'node:http';
import type { IncomingHeaders } from '../context.ts';
import { Problem } from '../problem.ts';
import type { ArrivedRequest } from './arrived-request.ts';
import type { Connection } from './connections.ts';
import type { IncomingRequest, OutgoingResponse } from './exchange.ts';
import { BODY_LIMIT, tooLarge } from './json-body.ts';

/** A request that came over a socket. */
export class HttpRequest implements IncomingRequest {
  readonly method: string;
  readonly url: string;
  readonly head: IncomingHeaders;
  readonly fault: Problem | undefined;
  readonly #request: ArrivedRequest;
  readonly #response: ServerResponse;
  readonly #connection: Connection;
  #reading = false;

  constructor(request: ArrivedRequest, response: ServerResponse, connection: Connection, fault?: Problem) {
    this.method = request.method!;
    this.url = originForm(request.url!);
    this.head = request.headers;
    this.fault = fault ?? (request.hosts === 1 ? undefined : hostFault(request));
    this.#request = request;
    this.#response = response;
    this.#connection = connection;
  }

  get headers(): IncomingHeaders {
    return this.#request.allHeaders;
  }

  readBody(limit: number): Promise<Buffer> {
    const request = this.#request;
    // Its stream may have ended before anybody listened.
    if (!hasBody(this.headers)) return Promise.resolve(EMPTY);
    this.#reading = true;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= limit) {
          chunks.push(chunk);
          return;
        }
        request.pause();
        reject(tooLarge(limit));
      });
      request.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
      request.once('error', reject);
    });
  }

  answer({ status, headers, body }: OutgoingResponse): void {
    const response = this.#response;
    if (response.destroyed) return;
    if (!this.#request.complete && hasBody(this.headers)) {
      // The rest of the body has to be read and dropped: a short one costs less than another connection.
      if (this.#isShort) this.#connection.ignoresBody(this.#request);
      else response.setHeader('connection', 'close');
    }
    response.writeHead(status, headers as (string | number)[]);
    this.#connection.writing();
    response.end(body);
  }

  /** Not a body that was too slow or too long, nor one that the caller may yet decide not to send. */
  get #isShort(): boolean {
    return !this.#reading && this.fault === undefined && Number(this.headers['content-length']) <= BODY_LIMIT;
  }
}

const EMPTY = Buffer.alloc(0);

/** Versions of HTTP before 1.1 need none. */
function hostFault({ hosts, httpVersion }: ArrivedRequest): Problem | undefined {
  if (hosts > 1) return new Problem('malformed-request', `there are ${hosts} Host headers; send one`);
  return httpVersion === '1.1' ? new Problem('malformed-request', 'there is no Host header; send one') : undefined;
}

const SLASH = 47;

/** Path and query, also of a target that names the host, as sent to a proxy. */
function originForm(target: string): string {
  if (target.charCodeAt(0) === SLASH) return target;
  const rest = /^https?:\/\/[^/?]*(.*)$/i.exec(target)?.[1];
  return rest === undefined || rest.startsWith('/') ? (rest ?? target) : `/${rest}`;
}

const hasBody = (headers: IncomingHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
