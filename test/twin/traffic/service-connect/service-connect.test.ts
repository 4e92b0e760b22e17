import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ConnectEndpoint, ContainerHealthCheck } from '../../../../system/service.ts';
import type { TaskSeat } from '../../../../twin/network/task-seat.ts';
import { Outliers } from '../../../../twin/traffic/service-connect/outliers.ts';
import { openServiceConnect } from '../../../../twin/traffic/service-connect/service-connect.ts';
import { until } from '../../../until.ts';
import { atEnd, closeAll } from '../../at-end.ts';
import { ManualClock } from '../../manual-clock.ts';
import { MemoryNetwork } from '../../network/memory-network.ts';
import { service } from '../../network/small-network.ts';
import { serve } from '../../served.ts';
import { connectEndpoint } from '../small-traffic.ts';

afterEach(closeAll);

const CHECK: ContainerHealthCheck = {
  command: ['CMD', 'true'],
  intervalSeconds: 5,
  timeoutSeconds: 2,
  retries: 3,
  startPeriodSeconds: 0,
};

interface Setup {
  readonly endpoint?: Partial<ConnectEndpoint>;
  readonly healthCheck?: ContainerHealthCheck;
}

const setUp = async ({ endpoint, healthCheck }: Setup = {}) => {
  const network = new MemoryNetwork();
  const clock = new ManualClock();
  const catalog = service('catalog', {
    connect: { namespace: 'shop', endpoints: [connectEndpoint('catalog', endpoint)] },
    container: { healthCheck },
  });
  const bff = service('web-bff', { connect: { namespace: 'shop', endpoints: [] } });
  const stranger = service('stranger', { connect: { namespace: 'other', endpoints: [] } });
  const loner = service('loner');
  const mesh = openServiceConnect({ network, services: [catalog, bff, stranger, loner], clock });
  atEnd(() => mesh.close());

  const caller = async (of = bff, task = 'caller'): Promise<TaskSeat> => {
    const seat = await network.seat(of, task);
    await mesh.attach(seat);
    return seat;
  };
  /** A task of the catalog that tells its name. */
  const callee = async (name: string, handle?: RequestListener): Promise<TaskSeat> => {
    const seat = await network.seat(catalog, name);
    seat.places.set(9090, await serve(handle ?? ((_, response) => response.end(name))));
    await mesh.attach(seat);
    seat.run();
    return seat;
  };
  const client = await caller();
  const url = network.url(client, 'catalog:80');
  const text = async (init?: RequestInit): Promise<string> => (await fetch(url, init)).text();
  return { network, clock, mesh, client, bff, stranger, loner, caller, callee, url, text };
};

const gone = (seat: TaskSeat): void => void seat.places.delete(9090);

describe('Service Connect', () => {
  it('balances requests of one connection over all tasks', async () => {
    const { text, callee } = await setUp();
    await callee('a');
    await callee('b');
    expect([await text(), await text(), await text(), await text()]).toEqual(['a', 'b', 'a', 'b']);
  });

  it('gives aliases to the tasks of its namespace only, each its own proxy', async () => {
    const { network, caller, stranger, loner, client, bff } = await setUp();
    const other = await caller(bff, 'other');
    expect(network.url(other, 'catalog:80')).not.toBe(network.url(client, 'catalog:80'));
    for (const outside of [await caller(stranger, 'x'), await caller(loner, 'y')]) {
      expect(() => network.url(outside, 'catalog:80')).toThrow('knows no catalog:80');
    }
  });

  it('calls a task once its container is healthy, and no more once it drains', async () => {
    const { text, callee, url } = await setUp({ healthCheck: CHECK });
    const seat = await callee('a');
    const before = await fetch(url);
    expect([before.status, await before.text()]).toEqual([503, 'no healthy upstream']);
    seat.report('container', true);
    expect(await text()).toBe('a');
    seat.report('container', false);
    expect(await text()).toBe('no healthy upstream');
    seat.report('container', true);
    seat.drain();
    expect(await text()).toBe('no healthy upstream');
  });

  it('tries twice more on other tasks when one cannot be reached, body and all', async () => {
    const { text, callee } = await setUp();
    const dead = [await callee('a'), await callee('b')];
    await callee('c', (request, response) => request.pipe(response));
    for (const seat of dead) gone(seat);
    expect(await text({ method: 'POST', body: 'hello' })).toBe('hello');
  });

  it('gives up after that', async () => {
    const { url, callee } = await setUp();
    for (const name of ['a', 'b', 'c', 'd']) gone(await callee(name));
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('server')]).toEqual([503, 'envoy']);
    expect(await answer.text()).toBe(
      'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
    );
  });

  it('does not repeat a request that was sent', async () => {
    const { url, callee } = await setUp();
    let asked = 0;
    const rude: RequestListener = (request) => {
      asked += 1;
      request.socket.destroy();
    };
    await callee('a', rude);
    await callee('b', rude);
    const answer = await fetch(url);
    expect([answer.status, await answer.text(), asked]).toEqual([
      503,
      expect.stringContaining('reset reason: connection termination'),
      1,
    ]);
  });

  it('cuts its caller off, and leaves it waiting for nothing, when an answer breaks off half-way', async () => {
    const { url, callee } = await setUp();
    await callee('a', (_, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half', () => response.destroy());
    });
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  it('closes its connection to a task that asks for it, and keeps that of the caller', async () => {
    const { url, callee } = await setUp();
    const connections = new Set<unknown>();
    await callee('a', ({ socket }, response) => {
      connections.add(socket);
      response.setHeader('connection', 'close').end('a');
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    atEnd(() => agent.destroy());
    const seen: unknown[] = [];
    for (let i = 0; i < 3; i += 1) {
      const [answer] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
      seen.push(answer.headers.connection, answer.socket.localPort);
      answer.resume();
      await once(answer, 'end');
    }
    expect(connections.size).toBe(3);
    expect(new Set(seen)).toEqual(new Set(['keep-alive', seen[1]]));
  });

  it('lets a task know at once when its caller has gone', async () => {
    const { url, callee } = await setUp();
    const [began, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await callee('a', (_, response) => {
      response.once('close', () => ended.resolve());
      began.resolve();
    });
    const leaving = new AbortController();
    const answer = fetch(url, { signal: leaving.signal });
    await began.promise;
    leaving.abort();
    await expect(answer).rejects.toThrow('aborted');
    await ended.promise;
  });

  it('avoids a task that failed five times, for thirty seconds', async () => {
    const { text, callee, clock } = await setUp();
    const seat = await callee('a');
    await callee('b');
    const place = seat.endpoint(9090);
    gone(seat);
    for (let i = 0; i < 10; i += 1) expect(await text()).toBe('b');
    seat.places.set(9090, place);
    expect([await text(), await text()]).toEqual(['b', 'b']);
    clock.advance(30_000);
    expect(new Set([await text(), await text()])).toEqual(new Set(['a', 'b']));
  });

  it('answers at once where security groups forbid the call, and asks one task only', async () => {
    const { network, url, callee } = await setUp();
    await callee('a');
    await callee('b');
    network.denied.add('web-bff catalog:9090');
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([
      503,
      expect.stringContaining('reset reason: connection timeout'),
    ]);
    expect(network.denials).toEqual(['web-bff catalog:9090']);
  });

  it('ends a request after the time its callee sets', async () => {
    const { url, callee } = await setUp({ endpoint: { perRequestTimeoutSeconds: 0.03 } });
    await callee('a', () => {});
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([504, 'upstream request timeout']);
  });

  it('ends a request on which nothing happens, and has no other limit where the template takes it away', async () => {
    const { url, callee } = await setUp({ endpoint: { perRequestTimeoutSeconds: 0, idleTimeoutSeconds: 0.03 } });
    await callee('a', () => {});
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([504, 'stream timeout']);
  });

  it('forgets the tasks and proxies that are gone', async () => {
    const { mesh, text, callee, client, url } = await setUp();
    const a = await callee('a');
    await callee('b');
    await mesh.detach(a);
    expect([await text(), await text()]).toEqual(['b', 'b']);
    await mesh.detach(client);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('balances plain TCP by connection, past tasks that cannot be reached', async () => {
    const { network, client, callee } = await setUp({ endpoint: { protocol: 'tcp', perRequestTimeoutSeconds: 0 } });
    for (const name of ['a', 'dead', 'b']) {
      const seat = await callee(name);
      const server = createServer((socket) => socket.end(name)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      atEnd(() => server.close());
      seat.places.set(9090, ['127.0.0.1', (server.address() as { port: number }).port]);
      if (name === 'dead') gone(seat);
    }
    const port = Number(new URL(network.url(client, 'catalog:80')).port);
    const read = async (): Promise<string> => {
      let text = '';
      const socket = connect(port, '127.0.0.1').on('data', (data) => {
        text += data;
      });
      await once(socket, 'close');
      return text;
    };
    expect([await read(), await read(), await read()]).toEqual(['a', 'b', 'a']);
  });

  it('hands WebSockets through', async () => {
    const { callee, url } = await setUp();
    const seat = await callee('a');
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\nhi');
      });
      socket.on('end', () => socket.end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    atEnd(() => server.close());
    seat.places.set(9090, ['127.0.0.1', (server.address() as { port: number }).port]);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: catalog\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    await until(() => text.endsWith('hi'));
    expect(text).toMatch(/^HTTP\/1.1 101 /);
    socket.destroy();
  });
});

describe('outliers', () => {
  const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
  const fail = (outliers: Outliers<object>, task: object, times: number): void => {
    for (let i = 0; i < times; i += 1) outliers.failed(task);
  };

  it('are tasks with five failures within thirty seconds', () => {
    const clock = new ManualClock();
    const outliers = new Outliers<object>(clock);
    fail(outliers, a, 4);
    expect(outliers.without([a, b])).toEqual([a, b]);
    clock.advance(31_000);
    fail(outliers, a, 4);
    expect(outliers.without([a, b])).toEqual([a, b]);
    fail(outliers, a, 1);
    expect(outliers.without([a, b])).toEqual([b]);
  });

  it('are avoided longer each time, up to five minutes', () => {
    const clock = new ManualClock();
    const outliers = new Outliers<object>(clock);
    const avoidedFor = (): number => {
      fail(outliers, a, 5);
      let ms = 0;
      for (; !outliers.without([a, b]).includes(a); ms += 1_000) clock.advance(1_000);
      return ms;
    };
    expect([avoidedFor(), avoidedFor(), avoidedFor()]).toEqual([30_000, 60_000, 90_000]);
    for (let i = 0; i < 10; i += 1) avoidedFor();
    expect(avoidedFor()).toBe(300_000);
    clock.advance(300_001);
    expect(avoidedFor()).toBe(30_000);
  });

  it('are not avoided when that would leave fewer than half', () => {
    const outliers = new Outliers<object>(new ManualClock());
    fail(outliers, a, 5);
    expect(outliers.without([a])).toEqual([a]);
    fail(outliers, b, 5);
    expect(outliers.without([a, b, c])).toEqual([a, b, c]);
  });
});
