// All proxies of the route in one process, as in the twin: for each target a reverse proxy of node:http and undici, and
// one more with TLS for the last target.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const ONE_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'expect']);

const passed = (headers: IncomingHttpHeaders): IncomingHttpHeaders => {
  const kept: IncomingHttpHeaders = {};
  for (const name in headers) if (!ONE_HOP.has(name)) kept[name] = headers[name];
  return kept;
};

const proxy = (pool: () => Pool) => (request: IncomingMessage, response: ServerResponse) => {
  const headers = passed(request.headers);
  headers['x-forwarded-for'] = request.socket.remoteAddress;
  pool().dispatch(
    { method: request.method!, path: request.url!, headers, body: request.method === 'GET' ? null : request },
    {
      onRequestStart() {},
      onResponseStart(_, status, answered) {
        response.writeHead(status, passed(answered));
      },
      onResponseData(_, chunk) {
        response.write(chunk);
      },
      onResponseEnd() {
        response.end();
      },
      onResponseError() {
        response.destroy();
      },
    },
  );
};

const pools: Pool[] = [];
process.on('message', (targets: string[]) => pools.splice(0, pools.length, ...targets.map((url) => new Pool(url))));
const plain = [0, 1, 2].map((index) => createServer(proxy(() => pools[index]!)));
const [, , key, cert] = process.argv;
const secure = createSecureServer(
  { key, cert },
  proxy(() => pools[2]!),
);
const urls = [...plain, secure].map(async (server) => {
  server.keepAliveTimeout = 75_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `${server === secure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
process.once('disconnect', () => process.exit());
process.send!(await Promise.all(urls));
