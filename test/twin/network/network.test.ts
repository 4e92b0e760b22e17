import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AddressPlan, firstBlock, nextBlock } from '../../../twin/network/address-plan.ts';
import { hold, loopbackAddresses } from '../../../twin/network/loopback.ts';
import type { Dial, Seat } from '../../../twin/network/network.ts';
import { openNetwork } from '../../../twin/network/open-network.ts';
import { cidr, group, smallSystem, tcp } from '../../system/reach/small-system.ts';
import { until } from '../../until.ts';
import { closeAll } from '../at-end.ts';
import { type SmallNetwork, service, smallNetwork } from './small-network.ts';
import { evaluate, start } from './task-process.ts';

const hasOwn = (await loopbackAddresses()) === 'own';
const modes = hasOwn ? (['own', 'shared'] as const) : (['shared'] as const);

const SYSTEM = smallSystem({
  groups: {
    'sg-web': { egress: [tcp([1, 65_535], cidr('10.0.0.0/8'))] },
    'sg-pay': { ingress: [tcp(8080, group('sg-alb')), tcp(9090, group('sg-web'))] },
    'sg-alb': { ingress: [tcp(80, group('sg-link'))] },
    'sg-link': {},
    'sg-open': {},
  },
});
const BALANCER = {
  id: 'Shop/Edge/Alb',
  name: 'alb',
  path: 'Shop/Edge/Alb/Resource',
  groups: ['sg-alb'],
  vpcAddress: '10.0.0.9',
};
const LINK = {
  id: 'Shop/Edge/Link',
  name: 'link',
  path: 'Shop/Edge/Link/Resource',
  groups: ['sg-link'],
  vpcAddress: '10.0.0.8',
};
const CONTAINER_CHECK = {
  command: ['CMD', 'true'],
  intervalSeconds: 5,
  timeoutSeconds: 2,
  retries: 2,
  startPeriodSeconds: 0,
};

const SERVE = `
  const server = http.createServer((request, response) => response.end('pay'));
  say(await listening(server, 8080));
`;
const find = (name: string) =>
  `say((await attempt(() => dns.promises.lookup('${name}', { all: true }))).map?.(({ address }) => address) ?? [])`;

afterEach(closeAll);

describe.each(modes)('network where addresses are %s', (addresses) => {
  const running = async (network: SmallNetwork, name: string, task = name): Promise<Seat> => {
    const seat = await network.seat(service(name), task);
    seat.run();
    return seat;
  };

  it('dials on behalf of a member what both groups allow, and denies and reports the rest', async () => {
    const network = await smallNetwork(SYSTEM, addresses);
    const [balancer, pay] = [network.join(BALANCER), await running(network, 'pay')];
    await start(pay, SERVE);

    expect(await get(network.dial(balancer, pay, 8080))).toBe('pay');
    expect(network.dial(balancer, pay, 8081)).toMatchObject({
      allowed: false,
      decision: { why: 'PaySecurityGroup has no ingress from AlbSecurityGroup on 8081' },
    });
    expect(network.denials).toMatchObject([{ from: 'alb', connection: 'connect', to: 'pay:8081' }]);
  });

  it('leads a Service Connect port of a task to the port of its container', async () => {
    const network = await smallNetwork(SYSTEM, addresses);
    const endpoint = {
      discoveryName: 'pay',
      protocol: 'http' as const,
      aliases: [],
      containerPort: 8080,
      ingressPort: 9090,
      perRequestTimeoutSeconds: 15,
      idleTimeoutSeconds: 300,
    };
    const web = await running(network, 'web');
    const pay = await network.seat(service('pay', { connect: { namespace: 'shop', endpoints: [endpoint] } }), 'pay');
    await start(pay, SERVE);

    expect(network.dial(web, pay, 8080)).toMatchObject({ allowed: false });
    expect(await get(network.dial(web, pay, 9090))).toBe('pay');
    expect(await evaluate(web, `say(await text('http://${pay.address}:9090/'))`)).toBe('pay');
  });

  it('gives a name that is one name, however it is written, one address with all its ports', async () => {
    const network = await smallNetwork(SYSTEM, addresses);
    const web = await running(network, 'web');
    const server = createServer((_, response) => response.end('proxied')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const real = ['127.0.0.1', (server.address() as AddressInfo).port] as const;
    network.alias(web, 'Catalog', 80, real);
    network.alias(web, 'catalog', 81, real);
    network.alias(web, 'other', 80, real);

    const asked = `say([await text('http://catalog/'), await text('http://CATALOG:81/'),
      ...await Promise.all(['Catalog', 'catalog', 'other'].map(async (name) => (await dns.promises.lookup(name)).address))])`;
    const [first, second, one, same, other] = await evaluate<string[]>(web, asked);
    expect([first, second]).toEqual(['proxied', 'proxied']);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
    server.close();
  });

  it('makes a server of the twin answer at an endpoint of the plan', async () => {
    const network = await smallNetwork(SYSTEM, addresses);
    const [balancer, link] = [network.join(BALANCER), network.join(LINK)];
    const server = createServer((_, response) => response.end('balanced')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    network.publish(balancer.address, 80, ['127.0.0.1', (server.address() as AddressInfo).port]);
    network.name('internal-alb.us-east-1.elb.amazonaws.com', balancer.address);
    const web = await running(network, 'web');

    expect(await get(network.dial(link, balancer, 80))).toBe('balanced');
    expect(
      await evaluate(web, `say(await attempt(() => text('http://internal-alb.us-east-1.elb.amazonaws.com/')))`),
    ).toMatchObject({
      code: 'ETIMEDOUT',
    });
    expect(network.denials).toMatchObject([
      { to: 'alb:80', why: 'AlbSecurityGroup has no ingress from WebSecurityGroup on 80' },
    ]);
    server.close();
  });

  it('finds a service by its DNS name once its tasks run, are healthy and as long as they do not drain', async () => {
    const network = await smallNetwork(SYSTEM, addresses);
    const web = await running(network, 'web');
    const checked = service('pay', { container: { healthCheck: CONTAINER_CHECK } });
    const [one, other] = [await network.seat(checked, 'one'), await network.seat(checked, 'other')];
    const found = () => evaluate<string[]>(web, find('pay.shop.local'));

    one.report('container', true);
    expect(await found()).toEqual([]);
    one.run();
    other.run();
    expect(await found()).toEqual([one.address]);
    other.report('container', true);
    expect((await found()).toSorted()).toEqual([one.address, other.address].toSorted());
    one.report('container', false);
    expect(await found()).toEqual([other.address]);
    other.drain();
    expect(await found()).toEqual([]);
  });

  it('tells watchers of a seat each change, once', async () => {
    const network = await smallNetwork(SYSTEM, addresses);
    const pay = await network.seat(service('pay'), 'pay');
    const seen: unknown[] = [];
    const stop = pay.watch(() => seen.push([pay.running, pay.draining, pay.health('container')]));

    pay.run();
    pay.report('container', true);
    pay.report('container', true);
    pay.drain();
    stop();
    pay.report('container', false);

    expect(seen).toEqual([
      [true, false, undefined],
      [true, false, true],
      [true, true, true],
    ]);
  });

  it('gives back the address of a task that leaves', async () => {
    const network = await smallNetwork(SYSTEM, addresses);
    const web = await running(network, 'web');
    const pay = await running(network, 'pay');
    await pay.leave();

    expect(network.seats('Shop/pay')).toEqual([]);
    expect(await evaluate(web, find('pay.shop.local'))).toEqual([]);
  });

  it('leads to AWS by its names where egress allows it, and to a wall where it does not', async () => {
    const network = await smallNetwork(
      smallSystem({
        groups: {
          'sg-open': { egress: [tcp(443, cidr('0.0.0.0/0'))] },
          'sg-listed': { egress: [tcp(443, { kind: 'prefix-list', prefixList: 'pl-1' })] },
          'sg-shut': { egress: [tcp(443, cidr('10.0.0.0/8'))] },
        },
      }),
      addresses,
    );
    const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const aws = network.join({ id: 'aws', name: 'aws', path: 'aws', groups: [], vpcAddress: undefined });
    network.publish(aws.address, 443, ['127.0.0.1', (server.address() as AddressInfo).port]);
    network.name('.amazonaws.com', aws.address);
    const calls = `
      const call = async (service) => { const result = await attempt(() => connected(443, service + '.us-east-1.amazonaws.com')); return result.code ?? result; };
      say([await call('dynamodb'), await call('bucket.s3'), await call('ssm')])`;

    expect(await evaluate(await running(network, 'open'), calls)).toEqual(['connected', 'connected', 'connected']);
    expect(await evaluate(await running(network, 'listed'), calls)).toEqual(['connected', 'connected', 'ETIMEDOUT']);
    expect(await evaluate(await running(network, 'shut'), calls)).toEqual(['ETIMEDOUT', 'ETIMEDOUT', 'ETIMEDOUT']);
    expect(network.denials.map(({ from, to }) => [from, to])).toEqual([
      ['listed', 'ssm.us-east-1.amazonaws.com:443'],
      ['shut', 'dynamodb.us-east-1.amazonaws.com:443'],
      ['shut', 'bucket.s3.us-east-1.amazonaws.com:443'],
      ['shut', 'ssm.us-east-1.amazonaws.com:443'],
    ]);
    server.close();
  });

  it('keeps two twins apart, even where their folders ask for the same addresses', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-network-'));
    const another = await hold(new AddressPlan(addresses, firstBlock(folder)).claim);
    const network = await openNetwork({ system: SYSTEM, folder, addresses, denied: () => {} });
    const pay = await network.seat(service('pay'), 'pay');

    expect(pay.address).toMatch(new RegExp(`^127\\.${nextBlock(firstBlock(folder))}\\.`));
    await network.close();
    another?.close();
    rmSync(folder, { recursive: true });
  });
});

(hasOwn ? describe : describe.skip)('a task with an address of its own', () => {
  it('lets in only callers whose address the groups allow', async () => {
    const network = await smallNetwork(SYSTEM, 'own');
    const [web, pay] = [await network.seat(service('web'), 'web'), await network.seat(service('pay'), 'pay')];
    await start(pay, SERVE);
    const denied = (from: string) => until(() => network.denials.find((denial) => denial.from === from));

    await expect(get({ allowed: true, host: pay.address, port: 8080, localAddress: web.address })).rejects.toThrow();
    expect(await denied('web')).toMatchObject({
      to: 'pay:8080',
      why: 'PaySecurityGroup has no ingress from WebSecurityGroup on 8080',
    });
    await expect(get({ allowed: true, host: pay.address, port: 8080, localAddress: undefined })).rejects.toThrow();
    expect(await denied('127.0.0.1')).toMatchObject({ to: 'pay:8080' });
    expect(await get({ allowed: true, host: pay.address, port: 8080, localAddress: pay.address })).toBe('pay');
  });

  it('shows its own address to the tasks it calls', async () => {
    const network = await smallNetwork(
      smallSystem({ groups: { 'sg-web': {}, 'sg-pay': { ingress: [tcp(8080, group('sg-web'))] } } }),
      'own',
    );
    const [web, pay] = [await network.seat(service('web'), 'web'), await network.seat(service('pay'), 'pay')];
    await start(
      pay,
      `say(await listening(http.createServer((request, response) => response.end(request.socket.remoteAddress)), 8080))`,
    );

    expect(await evaluate(web, `say(await text('http://${pay.address}:8080/'))`)).toBe(web.address);
  });
});

/** What a server answers to a plain request over a connection the network dialled. */
async function get(dial: Dial): Promise<string> {
  if (!dial.allowed) throw new Error('the connection was denied');
  const { host, port, localAddress } = dial;
  const socket = connect({ host, port, ...(localAddress && { localAddress }) });
  socket.end('GET / HTTP/1.1\r\nhost: pay\r\nconnection: close\r\n\r\n');
  let text = '';
  for await (const part of socket.setEncoding('utf8')) text += part;
  const [head, body] = text.split('\r\n\r\n');
  if (!head) throw new Error('the connection was cut');
  return body ?? '';
}
