// All proxies of the way in one process, as the twin has them: a reverse proxy of node:http and undici for each target.
// With key and certificate there is one more, before the last target, with TLS.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { Pool } from 'undici';
import { started } from './started.ts';

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
started(
  ...plain,
  createSecureServer(
    { key, cert },
    proxy(() => pools[2]!),
  ),
);
