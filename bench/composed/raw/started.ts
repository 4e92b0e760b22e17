import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens with each server and tells the parent where; ends with it. */
export function started(...servers: readonly Server[]): void {
  const ports = servers.map(
    (server) =>
      new Promise<number>((resolve) => {
        server.keepAliveTimeout = 75_000;
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      }),
  );
  void Promise.all(ports).then((opened) =>
    process.send!(
      opened.map((port, i) => `${'setSecureContext' in servers[i]! ? 'https' : 'http'}://127.0.0.1:${port}`),
    ),
  );
  process.once('disconnect', () => process.exit());
}
