import { createServer } from 'node:net';
import { closed, listenOnPort } from '../local-server.ts';

/** A free port of 127.0.0.1, for a program that must be given its port. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnPort(server);
  await closed(server);
  return port;
}
