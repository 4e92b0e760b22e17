import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { Problem } from '../problem.ts';
import type { Log } from '../telemetry/log.ts';
import type { Clock } from '../time/clock.ts';
import type { Application } from './application.ts';
import { ArrivedRequest } from './arrived-request.ts';
import { Connections } from './connections.ts';
import { HttpRequest } from './http-request.ts';
import { refuse } from './refusal.ts';

/** Most turns to wait: under steady load no turn is quiet. */
const MOST_TURNS = 200;
/** How often slow requests are looked for. */
const LOOK_EVERY_MS = 1_000;

export interface HttpServerProps {
  readonly application: Application;
  readonly clock: Clock;
  readonly log: Log;
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

  constructor({ application, clock, log, requestTimeoutMs, keepAliveMs }: HttpServerProps) {
    this.#application = application;
    this.#connections = new Connections({ clock, keepAliveMs, answerTimeoutMs: requestTimeoutMs });
    this.#server = createServer(
      {
        IncomingMessage: ArrivedRequest as unknown as typeof IncomingMessage,
        // `HttpRequest` checks it: Node's own answer to a missing one has no body.
        requireHostHeader: false,
        // Later than the exchange, which answers a slow body; Node could only hang up.
        requestTimeout: requestTimeoutMs + LOOK_EVERY_MS,
        headersTimeout: requestTimeoutMs,
        // `Connections` closes idle ones, by one look a second: Node would set a timer after every answer.
        keepAliveTimeout: 0,
        // Node's default of 30 s is longer than a request may take.
        connectionsCheckingInterval: Math.min(LOOK_EVERY_MS, requestTimeoutMs),
        ...requestsWithoutBody,
      },
      (request, response) => this.#serve(request as unknown as ArrivedRequest, response),
    );
    this.#server.on('connection', (socket: Socket) => this.#connections.add(socket));
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
      this.#connections.isBusy(socket) ? socket.destroy() : refuse(error, socket, log),
    );
    this.#server.on('checkExpectation', (request, response: ServerResponse) => {
      const fault = new Problem('expectation-failed', 'send no Expect but 100-continue');
      this.#serve(request as unknown as ArrivedRequest, response, fault);
    });
  }

  /** Opens the port (0: any free one) and resolves with the one it got. */
  listen(port: number, host?: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause) =>
        reject(new Error(`port ${port} cannot be opened: ${cause.message}; set PORT`, { cause })),
      );
      this.#server.listen({ port, host }, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  /** Takes no new connections; those just opened may still send a request, idle ones are closed. */
  async stopListening(): Promise<void> {
    await this.#quietTurn();
    // Not as node:http does it: that ends at once connections that have sent no request yet or still read an answer.
    NetServer.prototype.close.call(this.#server);
    await this.#connections.newcomers();
    this.#connections.closeIdle();
  }

  /**
   * Resolves after an event-loop turn in which no request arrived and no answer left: the kernel's accept queue is
   * empty then, and closing the port resets nobody.
   */
  async #quietTurn(): Promise<void> {
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const before = this.#connections.changes;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#connections.changes === before) return;
    }
  }

  /** Resolves once no answer is owed. */
  idle(): Promise<void> {
    return this.#connections.idle();
  }

  /** Number of answers owed. */
  get inFlight(): number {
    return this.#connections.owed;
  }

  /** Closes all connections, answered or not. */
  closeConnections(): void {
    this.#connections.stopLooking();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #serve(request: ArrivedRequest, response: ServerResponse, fault?: Problem): void {
    const connection = this.#connections.of(request.socket);
    connection.took();
    const exchange = this.#application.serve(new HttpRequest(request, response, connection, fault));
    response.on('close', () => {
      connection.answered();
      exchange.leave();
    });
  }
}

/** Spares requests without a body the cost of a stream; unknown to older versions of Node, and to the types. */
const requestsWithoutBody: object = { optimizeEmptyRequests: true };
