import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { Application } from './application.ts';
import { ArrivedRequest } from './arrived-request.ts';
import { Connections } from './connections.ts';
import { HttpRequest } from './http-request.ts';
import { refuse } from './refusal.ts';

export interface HttpServerProps {
  readonly application: Application;
  readonly clock: Clock;
  /** Longest a request may take to arrive, and an answer to be read. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number;
}

/** An application on sockets. */
export class HttpServer {
  readonly #server: Server;
  readonly #application: Application;
  readonly #connections: Connections;

  constructor({ application, clock, requestTimeoutMs, keepAliveMs }: HttpServerProps) {
    this.#application = application;
    this.#connections = new Connections({ clock, keepAliveMs, answerTimeoutMs: requestTimeoutMs });
    this.#server = createServer(
      {
        IncomingMessage: ArrivedRequest as unknown as typeof IncomingMessage,
        requestTimeout: requestTimeoutMs,
        headersTimeout: requestTimeoutMs,
        // Idle connections are closed by a look around once a second: Node would set a timer after every answer.
        keepAliveTimeout: 0,
        // Node looks for slow requests every 30 s unless told otherwise: longer than they may take.
        connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
        ...requestsWithoutBody,
      },
      (request, response) => this.#serve(request as unknown as ArrivedRequest, response),
    );
    this.#server.on('connection', (socket: Socket) => this.#connections.add(socket));
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
      this.#connections.owesTo(socket) ? socket.destroy() : refuse(error, socket),
    );
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
    return this.#connections.idle();
  }

  /** Number of answers that are owed. */
  get inFlight(): number {
    return this.#connections.owed;
  }

  /** Closes what is open, answered or not. */
  closeConnections(): void {
    this.#connections.stopLooking();
    this.#server.closeAllConnections();
  }

  #serve(request: ArrivedRequest, response: ServerResponse): void {
    const connection = this.#connections.of(request.socket);
    connection.took();
    const exchange = this.#application.serve(new HttpRequest(request, response, connection));
    response.on('close', () => {
      connection.answered();
      exchange.leave();
    });
  }
}

/** Spares requests without a body the life of a stream; older versions of Node don't know it, nor do the types. */
const requestsWithoutBody: object = { optimizeEmptyRequests: true };
