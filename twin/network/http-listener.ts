import { createServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Exchange, openExchange } from './exchange.ts';
import { PortInUse } from './port-in-use.ts';

/** A server of the twin's own on the loopback. */
export interface HttpListener {
  /** Where it really listens. */
  readonly real: readonly [host: string, port: number];
  /** Takes no more requests, lets those under way end for so long, then cuts them off. */
  close(graceMs?: number): Promise<void>;
}

export interface HttpListenerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Who listens, for the error that says the port is taken. */
  readonly owner: string;
  /** How long a client's connection is kept with nothing on it. */
  readonly keepAliveMs: number;
  readonly handle: (exchange: Exchange) => void;
}

/** Listens on 127.0.0.1; fails with {@link PortInUse} where someone else does. */
export const openHttpListener = async (options: HttpListenerOptions): Promise<HttpListener> => {
  const upgraded = new Set<Socket>();
  const server = createServer({
    keepAliveTimeout: options.keepAliveMs,
    requestTimeout: 0,
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.on('request', (request, response) => {
    // Left there, `upgrade: h2c` and the like would look like a wish we may grant.
    delete request.headers.upgrade;
    options.handle(openExchange(request, response));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.end());
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket)).on('error', () => socket.destroy());
    socket.unshift(head);
    options.handle(openExchange(request, response));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUse(options.owner, options.port) : error),
    );
    server.listen(options.port, '127.0.0.1', resolve);
  });

  return {
    real: ['127.0.0.1', (server.address() as AddressInfo).port],
    close: (graceMs = 0) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        for (const socket of upgraded) socket.destroy();
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
      }),
  };
};
