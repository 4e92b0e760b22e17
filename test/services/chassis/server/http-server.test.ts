import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gate } from '../example-service.ts';
import { ManualClock } from '../manual-clock.ts';
import { RawConnection, startExample } from '../running-service.ts';
import { testRuntime } from '../test-runtime.ts';

describe('a server', () => {
  let example: Awaited<ReturnType<typeof startExample>>;

  beforeAll(async () => {
    example = await startExample({}, { requestTimeoutMs: 300, drainMs: 300 });
  });

  afterAll(() => example.service.drain());

  const whole = async (request: string): Promise<string> => {
    const connection = new RawConnection(example.port);
    connection.write(request);
    await connection.closed;
    return connection.received;
  };

  it('answers one request after the other on one connection', async () => {
    const connection = new RawConnection(example.port);
    for (const id of [1, 2, 3]) {
      connection.write(`GET /things/${id} HTTP/1.1\r\nhost: x\r\n\r\n`);
      await connection.receives(new RegExp(`"id":${id},`));
    }
    connection.leave();
  });

  it('takes a body that comes in pieces', async () => {
    const connection = new RawConnection(example.port);
    connection.write(
      'POST /things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    connection.write('8\r\n{"name":\r\n');
    await new Promise(setImmediate);
    connection.write('4\r\n"x"}\r\n0\r\n\r\n');
    expect(await connection.receives(/"x"\}$/)).toMatch(/^HTTP\/1.1 201 /);
    connection.leave();
  });

  it.each(['', 'content-length: 0\r\n'])('misses a body that nobody announced: "%s"', async (length) => {
    const connection = new RawConnection(example.port);
    connection.write(`POST /things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${length}\r\n`);
    expect(await connection.receives(/the body is empty/)).toMatch(/^HTTP\/1.1 400 /);
    connection.leave();
  });

  it.each([
    ['comes with it', 0],
    ['comes behind the answer', 9],
  ])('keeps the connection of a refused request whose short body %s', async (_, later) => {
    const connection = new RawConnection(example.port);
    const body = '{"a":"b"}';
    const head = 'POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n';
    connection.write(head + body.slice(later));
    const refused = await connection.receives(/"code":"no-route".*\}$/);
    expect(refused).not.toMatch(/connection: close/i);
    connection.received = '';
    connection.write(`${body.slice(0, later)}GET /things/7 HTTP/1.1\r\nhost: x\r\n\r\n`);
    expect(await connection.receives(/"id":7/)).toMatch(/^HTTP\/1.1 200 /);
    connection.leave();
  });

  it.each([
    ['is long', 'content-length: 1000000'],
    ['does not say how long it is', 'transfer-encoding: chunked'],
  ])('closes the connection of a refused request whose body %s', async (_, header) => {
    const answer = await whole(`POST /nothing HTTP/1.1\r\nhost: x\r\n${header}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 404 [\s\S]*connection: close/i);
  });

  it('hangs up on who never sends the body of a refused request, without a second answer', async () => {
    const answer = await whole('POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{');
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 404']);
  });

  it('answers HEAD like GET, without the body', async () => {
    const answer = await whole('HEAD /things/1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*content-length: 30\r\n[\s\S]*\r\n\r\n$/);
  });

  it.each([
    ['what is not HTTP', 'hello\r\n\r\n', 400, 'malformed-request'],
    ['a TLS hello', '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n', 400, 'malformed-request'],
    [
      'two lengths',
      'POST /things HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}',
      400,
      'malformed-request',
    ],
    [
      'a length and chunks',
      'POST /things HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'a flood of headers',
      `GET /things/1 HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'a request to nobody in particular',
      'GET /things/1 HTTP/1.1\r\nconnection: close\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'a request to two hosts',
      'GET /things/1 HTTP/1.1\r\nhost: x\r\nhost: y\r\nconnection: close\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'a body for two hosts',
      'POST /things HTTP/1.1\r\nhost: x\r\nHost: x\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'an expectation nobody knows',
      'GET /things/1 HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\nconnection: close\r\n\r\n',
      417,
      'expectation-failed',
    ],
    ['headers that never end', 'GET /things/1 HTTP/1.1\r\nhost: x\r\n', 408, 'request-too-slow'],
    [
      'a body that never ends',
      'POST /things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{',
      408,
      'request-too-slow',
    ],
  ])('answers %s with a problem and closes the connection', async (_, request, status, code) => {
    const answer = await whole(request);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/connection: close/i);
    expect(answer).toContain(`"code":"${code}"`);
  });

  it.each([
    ['a path', '/things/7'],
    ['the whole address', 'http://example/things/7?big=true'],
  ])('takes for its target %s', async (_, target) => {
    const answer = await whole(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(answer).toContain(`"id":7,"big":${target.includes('big')}`);
  });

  it('takes the address of a host for its root', async () => {
    const answer = await whole('GET http://example?x=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(answer).toContain('"code":"no-route"');
    expect(example.lines.at(-1)).toMatchObject({ path: '/' });
  });

  it('needs no Host from who speaks HTTP 1.0', async () => {
    expect(await whole('GET /things/1 HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('says in one line that it refused something, and nothing of what it was', async () => {
    const before = example.lines.length;
    await whole('hunter2\r\n\r\n');
    await whole(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'hunter2'.repeat(4_000)}\r\n\r\n`);
    expect(example.lines.slice(before)).toEqual([
      expect.objectContaining({ level: 'info', status: 400, problem: 'malformed-request', reason: expect.any(String) }),
      expect.objectContaining({ level: 'info', status: 431, problem: 'headers-too-large' }),
    ]);
    expect(JSON.stringify(example.lines)).not.toContain('hunter2');
  });

  it('stops reading a body that goes on beyond its limit', async () => {
    const connection = new RawConnection(example.port);
    connection.write(
      'POST /things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    connection.write(`400\r\n${'x'.repeat(1024)}\r\n`);
    await connection.closed;
    expect(connection.received).toMatch(/^HTTP\/1.1 413 [\s\S]*connection: close/i);
  });

  it('answers pipelined requests in their order', async () => {
    const get = (id: number, more = ''): string => `GET /things/${id} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
    const answer = await whole(`${get(1)}${get(2)}${get(3, 'connection: close\r\n')}`);
    expect(answer.match(/"id":\d/g)).toEqual(['"id":1', '"id":2', '"id":3']);
  });

  it('hangs up on garbage behind a request, and owes nothing to who sent it', async () => {
    await whole('GET /things/1 HTTP/1.1\r\nhost: x\r\n\r\n\u0000garbage\r\n\r\n');
    expect(example.service.inFlight).toBe(0);
  });

  it('does not let a caller reach a prototype by any part of a request', async () => {
    const answer = await whole(
      'GET /things/1?__proto__=x&constructor=y HTTP/1.1\r\nhost: x\r\n__proto__: z\r\nconnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('lives on after all of this', async () => {
    expect((await fetch(`${example.baseUrl}/things/1`)).status).toBe(200);
  });

  it('says so when its port is taken', async () => {
    await expect(startExample({}, { port: example.port })).rejects.toThrow(
      /^port \d+ cannot be opened: .*EADDRINUSE.*; set PORT$/,
    );
  });
});

describe('a caller that leaves', () => {
  it('ends the work that was done for it', async () => {
    const left = Promise.withResolvers<string>();
    const entered = Promise.withResolvers<void>();
    const example = await startExample(
      {
        getThing: (_, { deadline }) => {
          deadline.whenOver(left.resolve);
          entered.resolve();
          return new Promise(() => {});
        },
      },
      { drainMs: 1, requestTimeoutMs: 1_000 },
    );
    const connection = new RawConnection(example.port);
    connection.write('GET /things/1 HTTP/1.1\r\nhost: x\r\n\r\n');
    await entered.promise;
    connection.leave();
    expect(await left.promise).toBe('cancelled');
    await example.service.drain();
  });
});

describe('a connection', () => {
  const GET = 'GET /things/1 HTTP/1.1\r\nhost: x\r\n\r\n';

  it('is closed once nothing was asked on it for the time it is kept, not before', async () => {
    const clock = new ManualClock();
    const { port, service } = await startExample({}, { keepAliveMs: 10_000, runtime: testRuntime(clock) });
    const connection = new RawConnection(port);
    connection.write(GET);
    await connection.receives(/"id":1/);
    for (let second = 0; second < 8; second++) clock.advance(1_000);
    connection.received = '';
    connection.write(GET);
    await connection.receives(/"id":1/);
    for (let second = 0; second < 12; second++) clock.advance(1_000);
    await connection.closed;
    const drained = service.drain();
    clock.advance(20_000);
    await drained;
  });

  it('is closed if its caller does not read the answer, and kept while the answer is still being made', async () => {
    const clock = new ManualClock();
    const work = gate({ id: 1, big: true, tags: Array.from({ length: 400_000 }, () => 'more than sockets hold') });
    const example = await startExample({ getThing: work.operation }, { runtime: testRuntime(clock) });
    const { port, service } = example;
    const connection = new RawConnection(port);
    await connection.opened();
    connection.stopReading();
    connection.write(GET);
    await work.entered;
    for (let second = 0; second < 3; second++) clock.advance(1_000);
    expect(service.inFlight).toBe(1);
    work.open();
    await new Promise((resolve) => setImmediate(resolve));
    for (let second = 0; second < 8; second++) clock.advance(1_000);
    connection.goOnReading();
    await connection.closed;
    expect(connection.received).not.toMatch(/\]\}$/);
    const drained = service.drain();
    clock.advance(20_000);
    expect(await drained).toBe(0);
  });
});
