import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';

/** Opens a server on a port of 127.0.0.1, where 0 takes any free one; resolves with the port. */
export async function listenOnPort(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

/** Opens a server on a socket that only its user can open, in place of one that a killed twin left there. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o600);
}

/** Closes a server, cutting off clients that speak HTTP; resolves when the last connection is gone. */
export async function closed(server: Server & { closeAllConnections?(): void }): Promise<void> {
  const gone = once(server, 'close');
  server.close();
  server.closeAllConnections?.();
  await gone;
}
