import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { backgroundRequest } from '../../../services/chassis/background-request.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close().closeAllConnections();
});

function serving(listener: RequestListener): Promise<string> {
  const opened = createServer(listener);
  server = opened;
  return new Promise((resolve) => {
    opened.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(opened.address() as AddressInfo).port}`));
  });
}

describe('a request in the background', () => {
  it('posts JSON, and resolves with whatever is answered', async () => {
    const url = await serving(async (request, response) => {
      const body = (await request.toArray()).join('');
      response.writeHead(503).end(`${request.method} ${request.headers['content-type']} ${body} é`);
    });
    const answer = await backgroundRequest({ url, json: '{"a":1}', timeoutMs: 5_000 });
    expect(answer).toEqual({ status: 503, text: 'POST application/json {"a":1} é' });
  });

  it('asks with GET where it has nothing to send, and keeps no connection', async () => {
    const url = await serving((request, response) => {
      response.end(`${request.method} ${request.headers.connection}`);
    });
    expect(await backgroundRequest({ url, timeoutMs: 5_000 })).toEqual({ status: 200, text: 'GET close' });
  });

  it('fails once its time is over, be it in the middle of an answer', async () => {
    const url = await serving((_, response) => {
      response.write('not all of it');
    });
    await expect(backgroundRequest({ url, timeoutMs: 100 })).rejects.toThrow('timeout');
  });

  it('fails where the answer breaks off', async () => {
    const url = await serving((_, response) => {
      response.write('not all of it', () => response.destroy());
    });
    await expect(backgroundRequest({ url, timeoutMs: 5_000 })).rejects.toThrow('aborted');
  });

  it('fails where nobody listens', async () => {
    const url = await serving(() => {});
    await new Promise((resolve) => server!.close(resolve));
    await expect(backgroundRequest({ url, timeoutMs: 5_000 })).rejects.toThrow('ECONNREFUSED');
  });
});
