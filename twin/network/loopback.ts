import { createServer, type Server } from 'node:net';
import { closed } from '../local-server.ts';
import type { Addresses } from './address-plan.ts';
import type { Endpoint } from './endpoint.ts';

/** Whether this machine's loopback has more addresses than 127.0.0.1. */
export async function loopbackAddresses(): Promise<Addresses> {
  const server = await hold(['127.8.0.1', 0]);
  server?.close();
  return server ? 'own' : 'shared';
}

/** Occupies an endpoint; undefined if it is occupied already or this machine does not have the address. */
export function hold([host, port]: Endpoint): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL' || code === 'EACCES') resolve(undefined);
      else reject(new Error(`cannot listen on ${host}:${port}: ${message}`));
    });
    server.listen({ host, port, exclusive: true }, () => resolve(server));
    server.unref();
  });
}

/** Whether nobody listens at an endpoint. */
export async function isFree(endpoint: Endpoint): Promise<boolean> {
  const server = await hold(endpoint);
  if (server) await closed(server);
  return server !== undefined;
}
