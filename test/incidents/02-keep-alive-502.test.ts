import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readAssembly } from '../../assembly/read-assembly.ts';
import { Environment } from '../../contract/environment.ts';
import { readSystem } from '../../system/read-system.ts';
import { loadBalancer } from '../../system/resources/load-balancer.ts';
import { servicesOf } from '../../system/services-of.ts';
import type { System } from '../../system/system.ts';
import { openBalancer } from '../../twin/traffic/balancer/balancer.ts';
import { openServiceConnect } from '../../twin/traffic/service-connect/service-connect.ts';
import { synthesized } from '../rehearsal.ts';
import { gate } from '../services/chassis/example-service.ts';
import { RawConnection, startExample } from '../services/chassis/running-service.ts';
import { seededRandom } from '../services/chassis/seeded-random.ts';
import { atEnd, closeAll } from '../twin/at-end.ts';
import { MemoryNetwork } from '../twin/network/memory-network.ts';
import { service } from '../twin/network/small-network.ts';
import { resource } from '../twin/resource.ts';
import { listening } from '../twin/served.ts';
import { connectEndpoint, listenerData, loadBalancerData, targetGroupData } from '../twin/traffic/small-traffic.ts';

afterEach(closeAll);

describe('idle connections in the templates', () => {
  it.each(['dev', 'prod'])(
    'are closed by the balancer first, then the proxy, last the server, in %s',
    async (stage) => {
      expect(idleFaults(readSystem(readAssembly(await synthesized(), { stage })))).toEqual([]);
    },
  );

  it('are not, where nobody sets it: the same check finds fault with the patterns of the CDK', async () => {
    const app = await synthesized(join(import.meta.dirname, '..', 'apps', 'patterns'));
    expect(idleFaults(readSystem(readAssembly(app)))).toEqual([expect.stringContaining('its server does not say')]);
  });
});

/** Seconds a hop keeps an idle connection, in the shop a hundred times as long. */
const IDLE = { balancer: 0.6, proxy: 0.65, server: 0.75 };

const LEAVES_SOON = { requestTimeoutMs: 5_000, drainMs: 5_100 };

describe('a request into a connection that has been idle', () => {
  it.each(['balancer', 'proxy'] as const)('gets its answer through the %s, whatever the gap', async (hop) => {
    const server = await distantServer(IDLE.server);
    expect(await failures(await through(hop, server), IDLE[hop])).toEqual([]);
  });

  it.each(['balancer', 'proxy'] as const)('gets it from the chassis through the %s', async (hop) => {
    const { service, port } = await startExample({}, { ...LEAVES_SOON, keepAliveMs: IDLE.server * 1000 });
    atEnd(() => service.drain());
    expect(await failures(await through(hop, port), IDLE[hop])).toEqual([]);
  });

  it.each([
    ['balancer', 502],
    ['proxy', 503],
  ] as const)('is lost now and then at the %s if the server closes first', async (hop, status) => {
    const server = await distantServer(IDLE[hop] / 2);
    const failed = await failures(await through(hop, server), IDLE[hop]);
    expect(failed.length).toBeGreaterThan(0);
    expect(new Set(failed)).toEqual(new Set([status]));
  });
});

describe('a response in flight when its server is told to stop', () => {
  it('says that the connection ends, and the proxy keeps that to itself', async () => {
    const { operation, open, entered } = gate({ id: 1, big: false, tags: [] });
    const { service, port } = await startExample({ getThing: operation }, LEAVES_SOON);
    const direct = new RawConnection(port);
    direct.write('GET /things/1 HTTP/1.1\r\nhost: example\r\n\r\n');
    await entered;
    const proxied = fetch(`${await through('proxy', port)}/things/1`);
    const drained = service.drain();
    open();
    expect(await direct.receives(/"id":1/)).toMatch(/connection: close/i);
    const answer = await proxied;
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'keep-alive']);
    expect(await drained).toBe(0);
  });

  it('does not say so by itself in Node: that is what the chassis is for', async () => {
    let respond: (() => void) | undefined;
    const server = createServer((_, response) => {
      respond = () => response.end('late');
    });
    const [, port] = await listening(server);
    const direct = new RawConnection(port);
    direct.write('GET / HTTP/1.1\r\nhost: example\r\n\r\n');
    while (respond === undefined) await new Promise((resolve) => setImmediate(resolve));
    server.close();
    respond();
    expect(await direct.receives(/late/)).toMatch(/connection: keep-alive/i);
    direct.leave();
  });
});

/** The services whose server would close an idle connection no later than its callers do. */
function idleFaults(system: System): string[] {
  const balancers = system.of(loadBalancer).map(({ data }) => data.idleTimeoutSeconds);
  return servicesOf(system).flatMap(({ name, definition, connect, targets }) => {
    const says = definition.containers.find(({ environment }) => Environment.keepAlive in environment)?.environment;
    if (says === undefined) return [`${name}: its server does not say how long it keeps an idle connection`];
    const server = Number(says[Environment.keepAlive]) / 1000;
    const proxies = (connect?.endpoints ?? []).map(({ idleTimeoutSeconds }) => idleTimeoutSeconds);
    const callers = targets.length > 0 ? [...balancers, ...proxies] : proxies;
    const grow = [...callers, server].every((seconds, i, all) => i === 0 || all[i - 1]! < seconds);
    return grow ? [] : [`${name}: ${callers.join(' s, ')} s, then ${server} s do not grow inward`];
  });
}

/** How long it takes until a caller hears that its connection is closed. */
const DISTANCE_MS = 250;

/** A server whose word takes a while to arrive: a request that meets it on the way finds the connection closed. */
async function distantServer(keepAliveSeconds: number): Promise<number> {
  const closing = new WeakSet<Socket>();
  const idle = new WeakMap<Socket, NodeJS.Timeout>();
  const handle: RequestListener = ({ socket }: IncomingMessage, response: ServerResponse) => {
    if (closing.has(socket)) {
      socket.resetAndDestroy();
      return;
    }
    clearTimeout(idle.get(socket));
    response.end('{}');
    const close = (): void => {
      closing.add(socket);
      setTimeout(() => socket.destroy(), DISTANCE_MS);
    };
    if (!idle.has(socket)) socket.once('close', () => clearTimeout(idle.get(socket)));
    idle.set(socket, setTimeout(close, keepAliveSeconds * 1000));
  };
  const server = createServer({ keepAliveTimeout: 0 }, handle);
  const [, port] = await listening(server);
  return port;
}

/** The URL of a balancer, or of a caller's proxy, before a server. */
const through = (hop: 'balancer' | 'proxy', port: number): Promise<string> =>
  hop === 'balancer' ? throughBalancer(port) : throughProxy(port);

async function throughBalancer(port: number): Promise<string> {
  const network = new MemoryNetwork();
  const balancer = await openBalancer({
    network,
    vpcAddress: undefined,
    loadBalancer: resource('Balancer', loadBalancerData({ idleTimeoutSeconds: IDLE.balancer })),
    listeners: [resource('Http', listenerData())],
    rules: [],
    targetGroups: [resource('Shop', targetGroupData())],
  });
  atEnd(() => balancer.close());
  const seat = await network.seat(service('shop', { targets: [{ targetGroup: 'Shop', port: 8080 }] }), 'task');
  seat.places.set(8080, ['127.0.0.1', port]);
  balancer.attach(seat);
  seat.run();
  seat.report('Shop', true);
  const exposed = await balancer.expose(0, undefined);
  atEnd(() => exposed.close());
  return `http://127.0.0.1:${exposed.real[1]}`;
}

async function throughProxy(port: number): Promise<string> {
  const network = new MemoryNetwork();
  const endpoint = connectEndpoint('shop', { idleTimeoutSeconds: IDLE.proxy });
  const shop = service('shop', { connect: { namespace: 'shop', endpoints: [endpoint] } });
  const caller = service('caller', { connect: { namespace: 'shop', endpoints: [] } });
  const mesh = openServiceConnect({ network, services: [shop, caller] });
  atEnd(() => mesh.close());
  const [callee, client] = [await network.seat(shop, 'task'), await network.seat(caller, 'client')];
  callee.places.set(9090, ['127.0.0.1', port]);
  for (const seat of [callee, client]) await mesh.attach(seat);
  callee.run();
  return network.url(client, 'shop:80');
}

const CALLERS = 16;
const GAPS = 6;

/** What callers got but success, who wait for about as long as the hop keeps a connection before they ask again. */
async function failures(url: string, idleSeconds: number): Promise<number[]> {
  const failed: number[] = [];
  const random = seededRandom(2);
  const call = async (): Promise<void> => {
    const answer = await fetch(`${url}/things/1`);
    await answer.text();
    if (answer.status !== 200) failed.push(answer.status);
  };
  const caller = async (): Promise<void> => {
    for (let i = 0; i < GAPS; i++) {
      await call();
      await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000 * (0.6 + 0.6 * random())));
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return failed;
}
