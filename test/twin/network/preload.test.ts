import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Service } from '../../../system/service.ts';
import { loopbackAddresses } from '../../../twin/network/loopback.ts';
import type { Seat } from '../../../twin/network/network.ts';
import { group, smallSystem, tcp } from '../../system/reach/small-system.ts';
import { closeAll } from '../at-end.ts';
import { type SmallNetwork, service, smallNetwork } from './small-network.ts';
import { evaluate, start } from './task-process.ts';

const modes = (await loopbackAddresses()) === 'own' ? (['own', 'shared'] as const) : (['shared'] as const);

const SYSTEM = smallSystem({
  groups: {
    'sg-web': {},
    'sg-pay': { ingress: [tcp(8080, group('sg-web')), tcp([9000, 9100], group('sg-web'))] },
    'sg-vault': {},
  },
});

/** Answers with its name and what it knows of the caller. */
const serve = (name: string, port: number) => `
  const server = http.createServer((request, response) => response.end('${name}'));
  say(await listening(server, ${port}));
`;

describe.each(modes)('preload where addresses are %s', (addresses) => {
  let network: SmallNetwork;
  let web: Seat;
  const seat = async (asked: Service, task = asked.name) => {
    const seated = await network.seat(asked, task);
    seated.run();
    return seated;
  };

  beforeEach(async () => {
    network = await smallNetwork(SYSTEM, addresses);
    web = await seat(service('web'));
  });
  afterEach(closeAll);

  it('leads fetch, http with an agent, tls-less net and http2 to the task behind a name', async () => {
    await start(await seat(service('pay')), serve('pay', 8080));

    expect(
      await evaluate(
        web,
        `
        import http2 from 'node:http2';
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const get = () => new Promise((resolve, reject) => http.get({ host: 'pay.shop.local', port: 8080, agent }, (response) => {
          const { localPort } = response.socket;
          response.resume().on('end', () => resolve(localPort));
        }).on('error', reject));
        const ports = [await get(), await get(), await get()];
        agent.destroy();
        const session = http2.connect('http://PAY.shop.local:8080');
        await new Promise((resolve) => session.on('connect', resolve));
        session.destroy();
        say([await text('http://pay.shop.local:8080/'), new Set(ports).size, await connected(8080, 'pay.shop.local'),
          await connected({ port: '8080', host: 'pay.shop.local.' })]);
        process.exit();`,
      ),
    ).toEqual(['pay', 1, 'connected', 'connected']);
    expect(network.denials).toEqual([]);
  });

  it('leads TLS to the task behind a name', async () => {
    const pay = await seat(service('pay'));
    const shared = `import tls from 'node:tls'; const psk = Buffer.alloc(32, 1); const ciphers = 'PSK';`;
    await start(
      pay,
      `${shared} say(await listening(tls.createServer({ ciphers, pskCallback: () => psk }, (socket) => socket.end('secret')), 8080))`,
    );

    expect(
      await evaluate(
        web,
        `${shared}
        const socket = tls.connect({ host: 'pay.shop.local', port: 8080, ciphers, minVersion: 'TLSv1.2',
          pskCallback: () => ({ psk, identity: 'web' }), checkServerIdentity: () => undefined });
        say(await new Promise((resolve, reject) => socket.on('data', (text) => resolve(String(text))).on('error', reject)))`,
      ),
    ).toBe('secret');
  });

  it('ends a connection no rule allows at once, as a timeout, and reports it with the rule that would allow it', async () => {
    await start(await seat(service('vault')), serve('vault', 8080));

    const refused = await evaluate<{ code: string; message: string; syscall: string }>(
      web,
      `say(await attempt(() => text('http://vault.shop.local:8080/')))`,
    );

    expect(refused).toMatchObject({ code: 'ETIMEDOUT', syscall: 'connect' });
    expect(refused.message).toMatch(/^connect ETIMEDOUT 127\.\d+\.\d+\.\d+:8080$/);
    expect(network.denials).toEqual([
      {
        at: expect.any(String),
        from: 'web',
        connection: 'connect',
        to: 'vault:8080',
        why: 'VaultSecurityGroup has no ingress from WebSecurityGroup on 8080',
        missing: expect.stringContaining('ingress of tcp 8080'),
        fix: expect.stringContaining('vault.connections.allowFrom(web, Port.tcp(8080))'),
      },
    ]);
  });

  it('reports a call that is retried again and again once', async () => {
    await seat(service('vault'));

    await evaluate(
      web,
      `for (let i = 0; i < 5; i++) await attempt(() => connected(8080, 'vault.shop.local'));
      say(await attempt(() => connected(8081, 'vault.shop.local')))`,
    );

    expect(network.denials.map(({ to }) => to)).toEqual(['vault:8080', 'vault:8081']);
  });

  it('knows no name the system does not have, and asks nobody', async () => {
    expect(
      await evaluate(
        web,
        `say([
          await attempt(() => text('http://example.com/')),
          await attempt(() => dns.promises.lookup('example.com')),
          await attempt(() => dns.promises.resolve4('example.com')),
          await attempt(() => new dns.promises.Resolver().resolveMx('example.com')),
          await new Promise((resolve) => new dns.Resolver().resolve('example.com', 'TXT', (error) => resolve(error.syscall))),
        ])`,
      ),
    ).toEqual([
      { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND example.com', syscall: 'getaddrinfo' },
      { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND example.com', syscall: 'getaddrinfo' },
      { code: 'ENOTFOUND', message: 'queryA ENOTFOUND example.com', syscall: 'queryA' },
      { code: 'ENOTFOUND', message: 'queryMx ENOTFOUND example.com', syscall: 'queryMx' },
      'queryTxt',
    ]);
    expect(network.denials).toEqual([]);
  });

  it('connects to nothing outside the system, and says so', async () => {
    expect(await evaluate(web, `say(await attempt(() => connected(443, '203.0.113.5')))`)).toMatchObject({
      code: 'ETIMEDOUT',
      message: 'connect ETIMEDOUT 203.0.113.5:443',
    });
    expect(network.denials).toMatchObject([{ from: 'web', to: '203.0.113.5:443' }]);
  });

  it('answers every form of a lookup as getaddrinfo and DNS would', async () => {
    const [one, other] = [await seat(service('pay'), 'pay1'), await seat(service('pay'), 'pay2')];

    const said = await evaluate<unknown[]>(
      web,
      `
      import { promisify } from 'node:util';
      import { lookup } from 'node:dns';
      import { lookup as promised } from 'node:dns/promises';
      const back = (...args) => new Promise((resolve) => lookup(...args, (error, ...found) => resolve(error?.code ?? found)));
      const name = 'pay.shop.local';
      say([
        (await back(name, { all: true }))[0].map(({ address }) => address).sort(),
        (await back(name))[1],
        await back(name, 6),
        await back(name, { family: 'IPv6', all: true }),
        (await promised(name)).family,
        (await promised(name, { all: true })).length,
        (await promisify(lookup)(name)).family,
        await back('localhost'),
        await back('203.0.113.5'),
        new Set([await back(name), await back(name)].map(([address]) => address)).size,
        (await dns.promises.resolve4(name)).sort(),
        (await dns.promises.resolve4(name, { ttl: true }))[0].ttl > 0,
        await attempt(() => dns.promises.resolve(name, 'AAAA')),
        await attempt(() => dns.promises.resolveSrv('_http._tcp.pay.shop.local')),
      ])`,
    );

    const both = [one.address, other.address].sort();
    expect(said).toEqual([
      both,
      4,
      'ENOTFOUND',
      'ENOTFOUND',
      4,
      2,
      4,
      ['127.0.0.1', 4],
      ['203.0.113.5', 4],
      2,
      both,
      true,
      { code: 'ENODATA', message: `queryAaaa ENODATA pay.shop.local`, syscall: 'queryAaaa' },
      { code: 'ENOTFOUND', message: 'querySrv ENOTFOUND _http._tcp.pay.shop.local', syscall: 'querySrv' },
    ]);
  });

  it('gives all forms of listen the place of the task, and lets the application see what it asked for', async () => {
    const pay = await seat(service('pay'));

    const [forms, conflict] = await evaluate<[unknown[], { message: string }]>(
      pay,
      `
      const forms = [[8080], ['8080'], [8080, '0.0.0.0'], [8080, 511], [8080, 'localhost', 511], [{ port: 8080 }],
        [{ port: 8080, host: '::', ipv6Only: true }], [{ port: 8080, host: '127.0.0.1', exclusive: true }], [80], [4999]];
      const seen = [];
      for (const form of forms) {
        const server = net.createServer((socket) => socket.destroy());
        const { address, port } = await listening(server, ...form);
        seen.push([address, port, await connected(port), await connected({ port, host: '::1' })]);
        await new Promise((resolve) => server.close(resolve));
      }
      const any = net.createServer((socket) => socket.destroy());
      const { port } = await listening(any);
      seen.push([port > 0, await connected(port, '127.0.0.1')]);
      await listening(net.createServer(), 8080);
      say([seen, await attempt(() => listening(net.createServer(), 8080))]);
      process.exit();`,
    );

    const yes = ['connected', 'connected'];
    expect(forms).toEqual([
      ['::', 8080, ...yes],
      ['::', 8080, ...yes],
      ['0.0.0.0', 8080, ...yes],
      ['::', 8080, ...yes],
      ['127.0.0.1', 8080, ...yes],
      ['::', 8080, ...yes],
      ['::', 8080, ...yes],
      ['127.0.0.1', 8080, ...yes],
      ['::', 80, ...yes],
      ['::', 4999, ...yes],
      [true, 'connected'],
    ]);
    expect(conflict.message).toBe('listen EADDRINUSE: address already in use :::8080');
  });

  it('keeps localhost to the task: its processes share it, another task has its own', async () => {
    const pay = await seat(service('pay'));
    await start(pay, serve('sidecar', 4999));
    await start(web, serve('other', 4998));

    expect(await evaluate(pay, `say(await text('http://localhost:4999/'))`)).toBe('sidecar');
    expect(await evaluate(pay, `say(await attempt(() => text('http://127.0.0.1:4998/')))`)).toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(network.denials).toEqual([]);
  });

  it('lets a port be called that the template does not mention but the groups allow', async () => {
    const pay = await seat(service('pay'));
    await start(pay, serve('hidden', 9050));

    expect(await evaluate(web, `say(await text('http://pay.shop.local:9050/'))`)).toBe('hidden');
  });

  it('speaks of the port the application called when nobody listens there', async () => {
    const pay = await seat(service('pay', { container: { ports: [{ name: undefined, port: 80, protocol: 'tcp' }] } }));

    expect(await evaluate(pay, `say(await attempt(() => connected(80, 'localhost')))`)).toMatchObject({
      code: 'ECONNREFUSED',
      message: `connect ECONNREFUSED ${pay.address}:80`,
    });
  });

  it('finds a Service Connect alias by lookup and not by DNS, for its own task alone', async () => {
    const pay = await seat(service('pay'));
    const proxy = createServer((_, response) => response.end('by proxy')).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    network.alias(web, 'payments', 80, ['127.0.0.1', (proxy.address() as AddressInfo).port]);

    expect(
      await evaluate(
        web,
        `say([await text('http://payments/'), await attempt(() => dns.promises.resolve4('payments')), await attempt(() => connected(81, 'payments'))])`,
      ),
    ).toEqual([
      'by proxy',
      expect.objectContaining({ code: 'ENOTFOUND' }),
      expect.objectContaining({ code: 'ETIMEDOUT' }),
    ]);
    expect(await evaluate(pay, `say(await attempt(() => text('http://payments/')))`)).toMatchObject({
      code: 'ENOTFOUND',
    });
    proxy.close();
  });

  it('uses an application-made lookup, over the plan', async () => {
    await start(await seat(service('pay')), serve('pay', 8080));

    expect(
      await evaluate(
        web,
        `
        const lookup = (host, options, done) => dns.resolve4(host + '.shop.local', (error, found) => error ? done(error) : done(null, found[0], 4));
        const get = (host) => new Promise((resolve, reject) => http.get({ host, port: 8080, lookup }, (response) =>
          response.setEncoding('utf8').on('data', resolve)).on('error', reject));
        say([await get('pay'), await attempt(() => get('nobody'))])`,
      ),
    ).toEqual(['pay', expect.objectContaining({ code: 'ENOTFOUND' })]);
  });

  it('sees tasks come and go without a restart', async () => {
    const find = `await attempt(() => dns.promises.lookup('pay.shop.local', { all: true }))`;
    const code = `
      const server = http.createServer(async (_, response) => response.end(String((${find}).length ?? 0)));
      say(await listening(server, 8080));`;
    await start(web, code);
    const found = () => evaluate(web, `say(Number(await text('http://localhost:8080/')))`);

    expect(await found()).toBe(0);
    const pay = await seat(service('pay'));
    expect(await found()).toBe(1);
    pay.drain();
    expect(await found()).toBe(0);
  });

  it('works in worker threads, in processes the task starts, and in a cluster', async () => {
    const worker = join(mkdtempSync(join(tmpdir(), 'mosaic-worker-')), 'worker.cjs');
    const serving = `require('node:http').createServer((_, response) => response.end('worker'))`;
    writeFileSync(worker, `${serving}.listen(8080, () => process.send('up'))`);
    await start(
      await seat(service('pay')),
      `
      import cluster from 'node:cluster';
      cluster.setupPrimary({ exec: '${worker}', execArgv: [] });
      await Promise.all([1, 2].map(() => new Promise((resolve) => cluster.fork().on('message', resolve))));
      say('up')`,
    );

    expect(
      await evaluate(
        web,
        `
        import { Worker } from 'node:worker_threads';
        import { execFileSync } from 'node:child_process';
        const fetching = "fetch('http://pay.shop.local:8080/').then((r) => r.text())";
        const worker = new Worker(fetching + ".then(async (found) => (await import('node:worker_threads')).parentPort.postMessage(found))", { eval: true });
        const threaded = await new Promise((resolve) => worker.on('message', resolve));
        say([threaded, execFileSync(process.execPath, ['-e', fetching + '.then(console.log)'], { encoding: 'utf8' }).trim()])`,
      ),
    ).toEqual(['worker', 'worker']);
    rmSync(dirname(worker), { recursive: true });
  });

  it('keeps datagrams within the task', async () => {
    expect(
      await evaluate(
        web,
        `
        import dgram from 'node:dgram';
        const heard = dgram.createSocket('udp4');
        const message = new Promise((resolve) => heard.on('message', (text) => resolve(String(text))));
        await new Promise((resolve) => heard.bind(8125, resolve));
        const sender = dgram.createSocket('udp4');
        const lost = await new Promise((resolve) => sender.send('out', 53, '203.0.113.5', (error, bytes) => resolve([error, bytes])));
        sender.send('in', 8125, 'localhost');
        say([lost, await message, sender.address().address.startsWith('127.')]);
        process.exit()`,
      ),
    ).toEqual([[null, 3], 'in', true]);
  });

  it('adds no global name and keeps nothing open', async () => {
    const open = `say([Object.getOwnPropertyNames(globalThis).length, process.getActiveResourcesInfo().filter((each) => !/TTY|Pipe|FS/.test(each))])`;
    const unloaded = { ...web, environment: {}, nodeOptions: [], id: 'web' } as Seat;

    const [names, resources] = await evaluate<[number, string[]]>(web, open);
    expect(resources).toEqual([]);
    expect(names).toBe((await evaluate<[number]>(unloaded, open))[0]);
  });
});
