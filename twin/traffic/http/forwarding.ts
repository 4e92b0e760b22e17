import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { answer, type Exchange } from './exchange.ts';
import type { RequestBody } from './request-body.ts';

/** Why an exchange could not be forwarded. */
export interface ForwardFailure {
  /**
   * `connect`: nothing was sent, another server may be tried. `timeout`: the server fell silent. `reset`: the
   * connection broke after the request was sent. `too-large`: the body exceeds the limit. `client`: nobody waits for
   * an answer any more. `invalid`: HTTP does not allow such a request.
   */
  readonly kind: 'connect' | 'timeout' | 'reset' | 'too-large' | 'client' | 'invalid';
  /** An answer was started and then cut off, so no other can be given. */
  readonly answered: boolean;
  readonly cause: Error;
}

/** One attempt: passes on to the client what arrives from the server. */
export class Forwarding implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #body: RequestBody | null;
  readonly #ended: (failure?: ForwardFailure) => void;
  #controller: Dispatcher.DispatchController | undefined;
  /** Length the answer announced; not a number if it comes in chunks. */
  #length = Number.NaN;
  #over = false;

  constructor(exchange: Exchange, body: RequestBody | null, ended: (failure?: ForwardFailure) => void) {
    this.#exchange = exchange;
    this.#body = body;
    this.#ended = ended;
    exchange.response.once('close', this.#abandon);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) controller.abort(ABANDONED);
  }

  onRequestUpgrade(_: unknown, status: number, headers: IncomingHttpHeaders, server: Duplex): void {
    const { response, upgrade } = this.#exchange;
    const client = response.socket;
    if (client === null) {
      server.destroy();
      return;
    }
    response.off('close', this.#abandon);
    response.detachSocket(client);
    // After the switch there is no answer to wait for or to limit.
    response.emit('close');
    client.write(switching(status, headers, upgrade!));
    server.pipe(client).pipe(server);
    server.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('error', () => server.destroy()).on('close', () => server.destroy());
    server.once('close', () => this.#end());
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#length = Number(headers['content-length']);
    if (!answer(this.#exchange, status, headers)) controller.abort(ABANDONED);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.#exchange;
    if (chunk.length === this.#length && chunk.length <= ONE_WRITE) {
      // Node sends headers and a text in one write, and writes are most of a hop's cost; Latin-1 keeps every byte.
      response.end(chunk.toString('latin1'), 'latin1');
      return;
    }
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  onResponseEnd(_: unknown, trailers: IncomingHttpHeaders): void {
    const { response } = this.#exchange;
    if (!response.writableEnded) {
      for (const name in trailers) response.addTrailers([[name, String(trailers[name])]]);
      response.end();
    }
    this.#end();
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#over) return;
    const { response } = this.#exchange;
    const answered = response.headersSent;
    if (answered) response.destroy();
    this.#end({ kind: this.#kindOf(error), answered, cause: error });
  }

  readonly #abandon = (): void => {
    if (this.#over) return;
    this.#end({ kind: 'client', answered: this.#exchange.response.headersSent, cause: ABANDONED });
    this.#controller?.abort(ABANDONED);
  };

  #end(failure?: ForwardFailure): void {
    if (this.#over) return;
    this.#over = true;
    this.#exchange.response.off('close', this.#abandon);
    this.#ended(failure);
  }

  #kindOf(error: Error & { code?: string }): ForwardFailure['kind'] {
    if (error.code === 'UND_ERR_INVALID_ARG') return 'invalid';
    if (this.#controller === undefined) return 'connect';
    if (this.#body?.tooLarge) return 'too-large';
    return error.code === 'UND_ERR_HEADERS_TIMEOUT' || error.code === 'UND_ERR_BODY_TIMEOUT' ? 'timeout' : 'reset';
  }
}

/** Longest answer that is turned into a text. */
const ONE_WRITE = 16 * 1024;

const ABANDONED = new Error('nobody waits for the answer');

const switching = (status: number, headers: IncomingHttpHeaders, protocol: string): string => {
  let head = `HTTP/1.1 ${status} Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${protocol}\r\n`;
  for (const name in headers) {
    if (name === 'connection' || name === 'upgrade') continue;
    for (const value of [headers[name] ?? []].flat()) head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
};
