import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Type } from 'typebox';
import { defineRoutes } from '../../../../services/chassis/route.ts';

/** What is asked of a {@link Callee}. */
export const calleeRoutes = defineRoutes({
  getThing: { method: 'GET', path: '/things/{id}', answer: Type.Object({ id: Type.String() }) },
  listThings: { method: 'GET', path: '/things', answer: Type.Object({ things: Type.Array(Type.String()) }) },
  addThing: { method: 'POST', path: '/things', answer: Type.Object({ id: Type.String() }) },
  orderThing: {
    method: 'POST',
    path: '/orders',
    idempotencyKey: 'optional',
    answer: Type.Object({ id: Type.String() }),
  },
});

/** What a callee does with a request; `seen` counts from 1. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage, seen: number) => void;

/** Answers at once, with what every route of it declares. */
export const well: Behaviour = (response) => json(response, 200, { id: '1', things: [] });
/** Never answers. */
export const stalling: Behaviour = () => {};
/** Has a bug. */
export const failing: Behaviour = (response) => json(response, 500, { code: 'internal', status: 500 });
/** Hangs up once it has read a request. */
export const hangingUp: Behaviour = (response) => response.destroy();
/** Answers after a while. */
export const slow =
  (milliseconds: number): Behaviour =>
  (response) =>
    void setTimeout(() => json(response, 200, { id: '1', things: [] }), milliseconds);
/** Behaves first like this, so many times, then like that. */
export const first =
  (count: number, behaviour: Behaviour, then: Behaviour): Behaviour =>
  (response, request, seen) =>
    (seen <= count ? behaviour : then)(response, request, seen);
/** Answers this, whoever it comes from. */
export const answering =
  (status: number, body: string, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(status, headers).end(body);

function json(response: ServerResponse, status: number, body: unknown): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

/** A server that isn't ours, behaves as a test likes, and counts what reaches it. */
export class Callee {
  readonly #server: Server;
  behaviour: Behaviour;
  seen = 0;
  /** Requests whose callers left before an answer. */
  left = 0;
  readonly requests: IncomingMessage[] = [];

  private constructor(behaviour: Behaviour) {
    this.behaviour = behaviour;
    this.#server = createServer((request, response) => {
      this.seen += 1;
      this.requests.push(request);
      response.once('close', () => {
        if (!response.writableEnded) this.left += 1;
      });
      this.behaviour(response, request, this.seen);
    });
  }

  static async start(behaviour: Behaviour = well, port = 0): Promise<Callee> {
    const callee = new Callee(behaviour);
    await new Promise<void>((resolve, reject) => {
      callee.#server.once('error', reject);
      callee.#server.listen(port, '127.0.0.1', resolve);
    });
    return callee;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Goes away at once, without a word to anybody. */
  kill(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
