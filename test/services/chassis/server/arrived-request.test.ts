import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ArrivedRequest } from '../../../../services/chassis/server/arrived-request.ts';

const arriving = { IncomingMessage: ArrivedRequest as unknown as typeof IncomingMessage, optimizeEmptyRequests: true };
const server = createServer(arriving, (request, response) => {
  const { headers, allHeaders } = request as unknown as ArrivedRequest;
  response.end(JSON.stringify({ headers, allHeaders }));
});

/** What is answered to a request of these headers, all of it. */
async function answerTo(...headers: string[]): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(['POST / HTTP/1.1', 'connection: close', ...headers, '\r\n'].join('\r\n'));
  return await text(socket);
}

/** What a server finds in it. */
const found = async (...headers: string[]) => JSON.parse((await answerTo(...headers)).split('\r\n\r\n')[1]!);

describe('ArrivedRequest', () => {
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void server.close());

  it('finds what travels with a request, however its name is written', async () => {
    const headers = ['Host: a', 'TraceParent: t', 'X-CORRELATION-ID: c', 'x-deadline-ms: 5', 'X-Amzn-Trace-Id: x'];
    expect((await found(...headers, 'tracestate: s', 'x-deadline-mx: 6')).headers).toEqual({
      host: 'a',
      traceparent: 't',
      tracestate: 's',
      'x-amzn-trace-id': 'x',
      'x-correlation-id': 'c',
      'x-deadline-ms': '5',
    });
  });

  it('still has all the others for who asks', async () => {
    const { headers, allHeaders } = await found('host: a', 'If-Match: "1"');
    expect(headers).toEqual({ host: 'a' });
    expect(allHeaders).toEqual({ connection: 'close', host: 'a', 'if-match': '"1"' });
  });

  it.each([
    ['there is a body', 'Content-Length: 0', { 'content-length': '0' }],
    ['one comes twice', 'traceparent: t\r\nTraceparent: u', { traceparent: 't, u' }],
  ])('finds all where %s', async (_, header, expected) => {
    const { headers } = await found('host: a', 'accept: b', header);
    expect(headers).toEqual({ connection: 'close', host: 'a', accept: 'b', ...expected });
  });

  it('lets Node refuse a request without a host', async () => {
    expect(await answerTo('traceparent: t')).toMatch(/^HTTP\/1.1 400 /);
  });
});
