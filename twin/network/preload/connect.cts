import type { LookupFunction, Socket as NetSocket, TcpSocketConnectOpts } from 'node:net';
import type { Report } from './report.cts';
import type { Rewording } from './rewording.cts';
import type { View } from './view.cts';

const { errorMonitor } = require('node:events') as typeof import('node:events');
const { isIP, Socket } = require('node:net') as typeof import('node:net');
const { current, isSelf, resolve, place, mayReach } = require('./view.cjs') as View;
const { notFound, standardLookup } = require('./names.cjs') as import('./names.cts').Names;
const { tell } = require('./report.cjs') as Report;
const { reword } = require('./rewording.cjs') as Rewording;

type Options = TcpSocketConnectOpts & { path?: string };

const { connect } = Socket.prototype;
/** Linux's error numbers, whatever this machine is, since tasks run on Linux. */
const [ETIMEDOUT, ECONNREFUSED] = [-110, -111];

Socket.prototype.connect = function (this: NetSocket, ...args: unknown[]): NetSocket {
  const [options, callback] = readArguments(args);
  const port = Number(options.port ?? Number.NaN);
  if (options.path || !Number.isInteger(port) || port < 0 || port > 65_535) return Reflect.apply(connect, this, args);

  const host = options.host || 'localhost';
  const open = (addresses: readonly string[]) =>
    Reflect.apply(connect, this, [planned(this, { ...options, host, port }, addresses[0]), callback]);
  if (!options.lookup || options.lookup === standardLookup || isIP(host)) return open(resolve(host, 'lookup'));

  // The application has its own resolver: the address it finds is one of the plan, like any other.
  Object.assign(this, { connecting: true });
  options.lookup(host, { family: options.family ?? 0, hints: options.hints ?? 0, all: false }, (error, found) => {
    if (this.destroyed) return;
    const address = Array.isArray(found) ? found[0]?.address : found;
    if (error) Reflect.apply(connect, this, [failing({ ...options, host, port }, error), callback]);
    else open(resolve(address ?? '', 'lookup'));
  });
  return this;
} as typeof connect;

/** Reads all forms of `connect`; Node itself passes a list of arguments it has read already. */
function readArguments(args: readonly unknown[]): [Options, unknown] {
  const [first, second] = args;
  if (Array.isArray(first)) return [first[0], first[1] ?? undefined];
  const callback = args.findLast((each) => typeof each === 'function');
  if (typeof first === 'object' && first !== null) return [first as Options, callback];
  if (typeof first === 'string' && !(Number(first) >= 0)) return [{ path: first } as Options, callback];
  return [{ port: first, host: typeof second === 'string' ? second : undefined } as Options, callback];
}

/**
 * Options that lead to where the plan says the endpoint really is, or that fail the way AWS would. Always new ones:
 * `http.Agent` keys its pool on the object it passes.
 */
function planned(socket: NetSocket, options: Options & { host: string }, address: string | undefined): Options {
  const { host, port, family } = options;
  if (address === undefined || (family === 6 && !isIP(host) && !isSelf(host))) return failing(options, notFound(host));
  if (!mayReach(address, port))
    return failing(options, failed('ETIMEDOUT', ETIMEDOUT, address, port), (done) =>
      tell({ to: `${address}:${port}`, host }, done),
    );
  const real = place(address, port);
  if (!real) return failing(options, failed('ECONNREFUSED', ECONNREFUSED, address, port));

  if (real[0] !== address || real[1] !== port)
    socket.once(errorMonitor, (error) => reword(error, 'connect', real, [address, port]));
  const localAddress = current().accepts ? current().self : undefined;
  const found: LookupFunction = (_, { all }, done) =>
    process.nextTick(() => (all ? done(null, [{ address: real[0], family: 4 }]) : done(null, real[0], 4)));
  return { ...options, host: isIP(host) ? real[0] : host, port: real[1], family: 4, localAddress, lookup: found };
}

/** Options that make Node itself fail, so that it does all it usually does about an error. */
const failing = (
  options: Options & { host: string },
  error: Error,
  first = process.nextTick as (done: () => void) => void,
): Options => ({
  ...options,
  // Node does not look addresses up; one in brackets it takes for a name.
  host: isIP(options.host) ? `[${options.host}]` : options.host,
  family: 4,
  localAddress: undefined,
  lookup: (_host, _options, done) => first(() => done(error, '')),
});

const failed = (code: string, errno: number, address: string, port: number): Error =>
  Object.assign(new Error(`connect ${code} ${address}:${port}`), { errno, code, syscall: 'connect', address, port });
