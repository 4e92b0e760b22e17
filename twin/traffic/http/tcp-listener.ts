import { connect, createServer, type Socket } from 'node:net';
import { closed, listenOnPort } from '../../local-server.ts';
import type { Endpoint } from '../../network/endpoint.ts';
import type { Way } from './forwarder.ts';

/** A server of the twin's own on the loopback that passes whole connections on. */
export interface TcpListener {
  readonly real: Endpoint;
  close(): Promise<void>;
}

export interface TcpListenerOptions {
  /** 0 for no limit. */
  readonly idleMs: number;
  /** Where to connect next; undefined if no place is left, and the client is cut off. */
  readonly route: (attempt: number) => TcpRoute | undefined;
}

export interface TcpRoute {
  readonly way: Way;
  /** Called if nobody answers there. */
  readonly failed: () => void;
}

/** Listens on 127.0.0.1; each connection is balanced separately. */
export const openTcpListener = async ({ idleMs, route }: TcpListenerOptions): Promise<TcpListener> => {
  const open = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on('error', () => {}).once('close', () => open.delete(socket));
  };

  const pass = (client: Socket, attempt: number): void => {
    const next = route(attempt);
    if (next === undefined) {
      client.destroy();
      return;
    }
    const { host, port, localAddress } = next.way;
    const server = connect({
      host,
      port,
      allowHalfOpen: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    const refused = (): void => {
      next.failed();
      pass(client, attempt + 1);
    };
    server.once('error', refused);
    server.once('connect', () => {
      server.off('error', refused);
      keep(server);
      client.pipe(server).pipe(client);
      client.once('close', () => server.destroy());
      server.once('close', () => client.destroy());
    });
  };

  const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    keep(client);
    pass(client, 0);
  });
  const port = await listenOnPort(listener);
  return {
    real: ['127.0.0.1', port],
    close() {
      for (const socket of open) socket.destroy();
      return closed(listener);
    },
  };
};
