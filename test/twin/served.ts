import { createServer, type RequestListener } from 'node:http';
import type { Server } from 'node:net';
import { listenOnPort } from '../../twin/local-server.ts';
import type { Endpoint } from '../../twin/network/endpoint.ts';
import { atEnd } from './at-end.ts';

/** Opens a server on this machine that ends with the test. */
export const listening = async (server: Server & { closeAllConnections?(): void }): Promise<Endpoint> => {
  const port = await listenOnPort(server);
  atEnd(() => {
    server.close();
    server.closeAllConnections?.();
  });
  return ['127.0.0.1', port];
};

/** An HTTP server on this machine that ends with the test. */
export const serve = (handle: RequestListener): Promise<Endpoint> => listening(createServer(handle));
