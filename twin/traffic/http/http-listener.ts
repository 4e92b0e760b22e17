import { createServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { listenOnPort } from '../../local-server.ts';
import type { Endpoint } from '../../network/endpoint.ts';
import { type Exchange, openExchange } from './exchange.ts';
import { PortInUse } from './port-in-use.ts';

/** A server of the twin's own on the loopback. */
export interface HttpListener {
  /** Where it really listens. */
  readonly real: Endpoint;
  /** Accepts no more requests, gives those under way so long to end, then cuts them off. */
  close(graceMs?: number): Promise<void>;
}

export interface HttpListenerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Who listens, for the error that says the port is taken. */
  readonly owner: string;
  /** How long an idle connection of a client is kept. */
  readonly keepAliveMs: number;
  readonly handle: (exchange: Exchange) => void;
}

/** Listens on 127.0.0.1; fails with {@link PortInUse} if another process does. */
export const openHttpListener = async (options: HttpListenerOptions): Promise<HttpListener> => {
  const upgraded = new Set<Socket>();
  const server = createServer({
    keepAliveTimeout: options.keepAliveMs,
    requestTimeout: 0,
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.on('request', (request, response) => {
    // Only `upgrade: websocket` is granted; left there, `h2c` and the like would be granted too.
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

  const port = await listenOnPort(server, options.port).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? new PortInUse(options.owner, options.port) : error;
  });
  return {
    real: ['127.0.0.1', port],
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
