import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Exchange, respond } from '../../../../twin/traffic/http/exchange.ts';
import { openForwarder, type Way } from '../../../../twin/traffic/http/forwarder.ts';
import type { ForwardFailure } from '../../../../twin/traffic/http/forwarding.ts';
import { openHttpListener } from '../../../../twin/traffic/http/http-listener.ts';
import { until } from '../../../until.ts';
import { atEnd, closeAll } from '../../at-end.ts';
import { listening as listen } from '../../served.ts';

afterEach(closeAll);

const listening = async (server: Server): Promise<Way> => {
  const [host, port] = await listen(server);
  return { host, port, localAddress: undefined };
};

const upstream = (handle: RequestListener): Promise<Way> => listening(createServer(handle));

const nobody = async (): Promise<Way> => {
  const server = createServer();
  const endpoint = await listening(server);
  server.close();
  return endpoint;
};

/** A proxy that tries one endpoint after the other as long as nothing was sent, and notes how each attempt ended. */
const proxy = async (endpoints: readonly Way[], idleMs = 5_000, change?: (exchange: Exchange) => void) => {
  const forwarder = openForwarder({ connectTimeoutMs: 1_000, keepAliveMs: 60_000 });
  const ends: (ForwardFailure['kind'] | 'answered')[] = [];
  const listener = await openHttpListener({
    owner: 'test',
    port: 0,
    keepAliveMs: 5_000,
    handle: (exchange) => {
      change?.(exchange);
      const attempt = (left: readonly Way[]): void =>
        forwarder.forward(exchange, left[0]!, idleMs, (failure) => {
          ends.push(failure?.kind ?? 'answered');
          if (failure === undefined || failure.answered) return;
          if (failure.kind === 'connect' && left.length > 1) attempt(left.slice(1));
          else respond(exchange, 502, 'text/plain', failure.kind);
        });
      attempt(endpoints);
    },
  });
  atEnd(() => forwarder.close());
  atEnd(() => listener.close());
  return { origin: `http://127.0.0.1:${listener.real[1]}`, port: listener.real[1], ends };
};

describe('forwarding', () => {
  it('passes method, path, headers, body and answer through, without what belongs to one connection', async () => {
    let seen: IncomingMessage | undefined;
    const end = await upstream((incoming, response) => {
      seen = incoming;
      response.writeHead(201, { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'], connection: 'x-hop', 'x-hop': '1' });
      incoming.pipe(response);
    });
    const { origin, ends } = await proxy([end]);

    const answer = await fetch(`${origin}/orders?b=2&a=1`, {
      method: 'POST',
      headers: { 'x-mine': 'kept', te: 'trailers' },
      body: 'hello',
    });

    expect(answer.status).toBe(201);
    expect(await answer.text()).toBe('hello');
    expect(answer.headers.get('x-answer')).toBe('yes');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.has('x-hop')).toBe(false);
    expect(seen).toMatchObject({ method: 'POST', url: '/orders?b=2&a=1' });
    expect(seen?.headers).toMatchObject({ 'x-mine': 'kept', 'content-length': '5' });
    expect(seen?.headers.te).toBeUndefined();
    expect(ends).toEqual(['answered']);
  });

  it.each([256, 16_384, 16_385, 200_000])('passes every byte of an answer of %i on, announced or not', async (size) => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, i) => i % 256));
    const end = await upstream(({ url }, response) => {
      if (url === '/announced') response.writeHead(200, { 'content-length': size });
      response.write(bytes.subarray(0, 100));
      response.end(bytes.subarray(100));
    });
    const whole = await upstream((_, response) => response.writeHead(200, { 'content-length': size }).end(bytes));
    const [parts, one] = [await proxy([end]), await proxy([whole])];
    for (const url of [`${parts.origin}/announced`, parts.origin, one.origin]) {
      const answer = await fetch(url);
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    }
    expect([...parts.ends, ...one.ends]).toEqual(['answered', 'answered', 'answered']);
  });

  it('passes trailers of an answer on', async () => {
    const end = await upstream((_, response) => {
      response.writeHead(200, { trailer: 'x-sum' });
      response.write('abc');
      response.addTrailers({ 'x-sum': '3' });
      response.end();
    });
    const { origin } = await proxy([end]);
    const asked = request(origin).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    expect(answer.trailers).toEqual({ 'x-sum': '3' });
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('answers %s with %i without a body and keeps the connection usable', async (method, status) => {
    const end = await upstream((_, response) => {
      response.writeHead(status, status === 200 ? { 'content-length': '11' } : {});
      response.end();
    });
    const { origin } = await proxy([end]);
    for (let i = 0; i < 2; i += 1) {
      const answer = await fetch(origin, { method });
      expect(answer.status).toBe(status);
      expect(await answer.text()).toBe('');
      if (status === 200) expect(answer.headers.get('content-length')).toBe('11');
    }
  });

  it('offers the whole body to the next server when a connection fails', async () => {
    const end = await upstream((incoming, response) => incoming.pipe(response));
    const { origin, ends } = await proxy([await nobody(), await nobody(), end]);
    const answer = await fetch(origin, { method: 'POST', body: 'x'.repeat(300_000) });
    expect((await answer.text()).length).toBe(300_000);
    expect(ends).toEqual(['connect', 'connect', 'answered']);
  });

  it('tells a broken connection from one that never was, and lets the client have an answer', async () => {
    const end = await upstream((incoming) => incoming.socket.destroy());
    const { origin, ends } = await proxy([end, await nobody()]);
    const answer = await fetch(origin, { method: 'POST', body: 'x'.repeat(1_000_000) });
    expect([answer.status, await answer.text()]).toEqual([502, 'reset']);
    expect(ends).toEqual(['reset']);
  });

  it('gives up on a server that falls silent', async () => {
    const end = await upstream(() => {});
    const { origin } = await proxy([end], 50);
    expect(await (await fetch(origin)).text()).toBe('timeout');
  });

  it('cuts the client off when an answer breaks off half-way', async () => {
    const end = await upstream((incoming, response) => {
      response.write('half');
      setImmediate(() => incoming.socket.destroy());
    });
    const { origin, ends } = await proxy([end]);
    await expect(fetch(origin).then((answer) => answer.text())).rejects.toThrow();
    expect(ends).toEqual(['reset']);
  });

  it('lets the server know when the client has gone', async () => {
    let gone = false;
    const end = await upstream((_, response) => response.once('close', () => (gone = true)).write('first'));
    const { origin, ends } = await proxy([end]);
    const abort = new AbortController();
    const answer = await fetch(origin, { signal: abort.signal });
    expect(gone).toBe(false);
    abort.abort();
    await answer.text().catch(() => {});
    await until(() => gone);
    expect(ends).toEqual(['client']);
  });

  it('does not read faster than the client does', async () => {
    let sent = 0;
    const end = await upstream((_, response) => {
      const chunk = Buffer.alloc(65_536);
      const more = (): void => {
        for (let open = true; open && sent < 1_000; sent += 1) open = response.write(chunk);
        if (sent === 1_000) response.end();
      };
      response.on('drain', more);
      more();
    });
    const { port } = await proxy([end]);
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    let seen = 0;
    let last = -1;
    await until(() => sent > 0);
    // Nobody reads: the flow must come to rest far from the end.
    for (let still = 0; still < 10; still = sent === last ? still + 1 : 0) {
      last = sent;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(sent).toBeLessThan(600);
    client.on('data', (data) => (seen += data.length));
    await until(() => seen >= 1_000 * 65_536);
    client.destroy();
  });

  it('refuses a body over the limit, announced or not', async () => {
    const end = await upstream((incoming, response) => {
      incoming.resume();
      incoming.on('end', () => response.end());
    });
    const { origin, ends } = await proxy([end], 5_000, (exchange) => {
      exchange.maxBody = 1_000;
    });
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(2_000));
        controller.close();
      },
    });
    const answer = await fetch(origin, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(await answer.text()).toBe('too-large');
    expect(ends).toEqual(['too-large']);
  });

  it('hands a switched protocol through, both ways', async () => {
    const server = createServer();
    server.on('upgrade', (_: IncomingMessage, socket: Socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-x: 1\r\n\r\n');
      socket.on('data', (data) => socket.write(`echo ${data}`)).on('end', () => socket.end());
    });
    const { port, ends } = await proxy([await listening(server)]);
    const client = connect(port, '127.0.0.1');
    let text = '';
    client.on('data', (data) => (text += data));
    client.write('GET /ws HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    await until(() => text.includes('\r\n\r\n'));
    expect(text).toMatch(/^HTTP\/1\.1 101 [\s\S]*sec-x: 1/);
    client.write('hi');
    await until(() => text.endsWith('echo hi'));
    client.end();
    await until(() => ends.length > 0);
    expect(ends).toEqual(['answered']);
  });

  it('passes an upgrade that is refused on as the answer it is', async () => {
    const end = await upstream((_, response) => response.writeHead(426).end('no'));
    const { port } = await proxy([end]);
    const client = connect(port, '127.0.0.1');
    let text = '';
    client.on('data', (data) => (text += data));
    client.write('GET /ws HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    await once(client, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 426 /);
    expect(text).toContain('no');
  });

  it('reuses connections, and a close in between is no error', async () => {
    const sockets = new Set<Socket>();
    const end = await upstream((incoming, response) => {
      sockets.add(incoming.socket);
      response.end('ok');
    });
    const { origin, ends } = await proxy([end]);
    for (let i = 0; i < 3; i += 1) expect(await (await fetch(origin)).text()).toBe('ok');
    expect(sockets.size).toBe(1);
    for (const socket of sockets) socket.end();
    await until(() => [...sockets].every((socket) => socket.destroyed));
    expect(await (await fetch(origin)).text()).toBe('ok');
    expect(new Set(ends)).toEqual(new Set(['answered']));
  });

  it('says who wanted a port that is taken, and what to do', async () => {
    const { port } = await proxy([]);
    await expect(openHttpListener({ owner: 'dev/Edge/Api', port, keepAliveMs: 1, handle: () => {} })).rejects.toThrow(
      `dev/Edge/Api: port ${port} is in use on this machine; stop what listens there or choose another with --port`,
    );
  });
});
