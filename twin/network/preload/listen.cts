import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import type { Endpoint } from '../endpoint.ts';
import type { Report } from './report.cts';
import type { Rewording } from './rewording.cts';
import type { View } from './view.cts';

const { errorMonitor } = require('node:events') as typeof import('node:events');
const { isIP, Server } = require('node:net') as typeof import('node:net');
const { current, isSelf, resolve, place, mayEnter, opened, closed } = require('./view.cjs') as View;
const { tell } = require('./report.cjs') as Report;
const { reword } = require('./rewording.cjs') as Rewording;

interface Asked {
  readonly host: string;
  readonly port: number;
  readonly options: object;
}

/** What the application asked each server to listen on, and still sees. */
const askedBy = new WeakMap<NetServer, Asked>();
const guarded = new WeakSet<NetServer>();
const { listen, address } = Server.prototype;
/** An address no machine has: listening at another task's address fails with EADDRNOTAVAIL, as in AWS. */
const NOBODY = '192.0.2.1';

Server.prototype.listen = function (this: NetServer, ...args: unknown[]): NetServer {
  const asked = readArguments(args);
  if (!asked || isPlace(asked.host, asked.port)) return Reflect.apply(listen, this, args);
  const target =
    isSelf(asked.host) || resolve(asked.host, 'lookup')[0] === current().self ? ownPlace(asked.port) : elsewhere(asked);
  if (!target) return Reflect.apply(listen, this, args);

  const [host, port] = target;
  askedBy.set(this, asked);
  if (!guarded.has(this)) this.prependListener('connection', guard);
  guarded.add(this);
  this.once(errorMonitor, (error) => reword(error, 'listen', target, [shown(asked.host), asked.port]));
  if (place(current().self, asked.port)?.join() !== target.join()) announce(this);
  const callback = args.findLast((each) => typeof each === 'function');
  return Reflect.apply(listen, this, [{ ...asked.options, host, port, ipv6Only: false }, callback]);
};

Server.prototype.address = function (this: NetServer): AddressInfo | string | null {
  const real = Reflect.apply(address, this, []) as AddressInfo | string | null;
  const asked = askedBy.get(this);
  if (!asked || !real || typeof real === 'string') return real;
  return {
    address: shown(asked.host),
    family: shown(asked.host).includes(':') ? 'IPv6' : 'IPv4',
    port: asked.port || real.port,
  };
};

/** Reads all forms of `listen` that name a port; undefined for a path, a handle, a file descriptor or nonsense. */
function readArguments(args: readonly unknown[]): Asked | undefined {
  const [first, second, third] = args;
  if (typeof first === 'object' && first !== null) {
    const options = first as { port?: unknown; host?: string; fd?: number; handle?: unknown; _handle?: unknown };
    if (options._handle || options.handle || options.fd !== undefined || !('port' in options)) return undefined;
    return withPort(options.port ?? 0, options.host, options);
  }
  const backlog = [second, third].find((each) => typeof each === 'number');
  const options = backlog === undefined ? {} : { backlog };
  if (first === undefined || first === null || typeof first === 'function') return withPort(0, undefined, options);
  return withPort(first, typeof second === 'string' ? second : undefined, options);
}

function withPort(value: unknown, host: string | undefined, options: object): Asked | undefined {
  const port = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? { host: host ?? '', port, options } : undefined;
}

/** Whether a host and port are real already: in a cluster the primary listens for its workers, at a planned place. */
function isPlace(host: string, port: number): boolean {
  const { self, real } = current();
  return Object.entries(real).some(
    ([endpoint, [at, to]]) => endpoint.startsWith(`${self}:`) && at === host && to === port,
  );
}

function ownPlace(port: number): Endpoint {
  const { self, real, accepts } = current();
  const known = real[`${self}:${port}`];
  if (known) return known;
  if (!accepts) return ['127.0.0.1', 0];
  return port > 0 && port < 1024 ? [self, 0] : [self, port];
}

const elsewhere = ({ host, port }: Asked): Endpoint | undefined =>
  isIP(host) || resolve(host, 'lookup').length > 0 ? [NOBODY, port] : undefined;

/** Reports where a port is that the plan could not place. */
function announce(server: NetServer): void {
  server.once('listening', () => {
    const real = Reflect.apply(address, server, []) as AddressInfo | null;
    const asked = askedBy.get(server);
    if (!real || !asked) return;
    const at: Endpoint = [real.address, real.port];
    opened(asked.port || real.port, at);
    tell({ listens: asked.port || real.port, at });
    server.once('close', () => closed(asked.port || real.port));
  });
}

/** Cuts off callers whom security groups do not let in, as far as their address says who they are. */
function guard(this: NetServer, socket: Socket): void {
  const from = socket.remoteAddress?.replace('::ffff:', '');
  const local = this.address();
  if (from === undefined || !local || typeof local === 'string' || mayEnter(from, local.port)) return;
  socket.destroy();
  tell({ from, port: local.port });
}

const shown = (host: string): string => {
  if (host === '') return '::';
  if (isIP(host)) return host;
  return host === 'localhost' ? '127.0.0.1' : current().self;
};
