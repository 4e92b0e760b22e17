import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Problem, type ProblemCode, problemCodes } from '../problem.ts';
import type { Application, OutgoingResponse } from './application.ts';
import { type ReadBody, tooLarge } from './json-body.ts';

export interface HttpServerProps {
  readonly application: Application;
  /** Longest a request may take to arrive. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number;
}

/** An application on sockets. */
export class HttpServer {
  readonly #server: Server;
  readonly #application: Application;
  /** Sockets that wait for an answer. */
  readonly #busy = new Set<Socket>();
  #onIdle: (() => void) | undefined;

  constructor({ application, requestTimeoutMs, keepAliveMs }: HttpServerProps) {
    this.#application = application;
    this.#server = createServer(
      {
        requestTimeout: requestTimeoutMs,
        headersTimeout: requestTimeoutMs,
        keepAliveTimeout: keepAliveMs,
        // Node looks for slow requests every 30 s unless told otherwise: longer than they may take.
        connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#refuse(error, socket));
  }

  /** Opens the port (0: any free one) and resolves with the one it got. */
  listen(port: number, host?: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host }, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  /** Takes no new connections; idle ones are closed, those with work in flight stay. */
  stopListening(): void {
    this.#server.close();
  }

  /** Resolves once no answer is owed. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#busy.size === 0) resolve();
      else this.#onIdle = resolve;
    });
  }

  /** Number of connections that wait for an answer. */
  get inFlight(): number {
    return this.#busy.size;
  }

  /** Closes what is open, answered or not. */
  closeConnections(): void {
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    this.#busy.add(socket);
    response.once('close', () => this.#answered(socket));
    const answer = await this.#application.handle({
      method: request.method!,
      url: request.url!,
      headers: request.headers,
      readBody: bodyReader(request),
      whenLeft: (callback) => response.once('close', callback),
    });
    if (response.destroyed) return;
    write(answer, request, response);
  }

  #answered(socket: Socket): void {
    this.#busy.delete(socket);
    if (this.#busy.size === 0) this.#onIdle?.();
  }

  /** Answers what is not HTTP, or came too slowly to become a request. */
  #refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (!socket.writable || this.#busy.has(socket as Socket)) {
      socket.destroy();
      return;
    }
    const code = refusals[error.code ?? ''] ?? 'malformed-request';
    const { status, title } = problemCodes[code];
    const body = JSON.stringify(new Problem(code).document());
    socket.end(
      `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      () => socket.destroy(),
    );
  }
}

const refusals: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow',
};

function write(answer: OutgoingResponse, request: IncomingMessage, response: ServerResponse): void {
  // The rest of a body nobody read would be taken for the next request's beginning, or be read for nothing.
  if (!request.complete && hasBody(request)) response.setHeader('connection', 'close');
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;

function bodyReader(request: IncomingMessage): ReadBody {
  return (limit) =>
    new Promise((resolve, reject) => {
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
      request.once('end', () => resolve(Buffer.concat(chunks)));
      request.once('error', reject);
    });
}
