import type { Socket as Datagram } from 'node:dgram';
import type { View } from './view.cts';

const { Socket } = require('node:dgram') as typeof import('node:dgram');
const { current, resolve } = require('./view.cjs') as View;

const { bind, connect, send } = Socket.prototype;
/** Sockets connected to somewhere no datagram arrives. */
const lost = new WeakSet<Datagram>();

/** Where datagrams to the task's own containers go. All others are lost without an error, as in UDP. */
function own(socket: Datagram): string {
  if ((socket as Datagram & { type: string }).type === 'udp6') return '::1';
  return current().accepts ? current().self : '127.0.0.1';
}

const isOwn = (address: unknown): boolean =>
  resolve(typeof address === 'string' ? address : '', 'lookup')[0] === current().self;

Socket.prototype.bind = function (this: Datagram, ...args: unknown[]): Datagram {
  const [first] = args;
  if (typeof first === 'object' && first !== null && 'fd' in first) return Reflect.apply(bind, this, args);
  const options =
    typeof first === 'object' && first !== null ? first : { port: typeof first === 'function' ? 0 : first };
  return Reflect.apply(bind, this, [{ ...options, address: own(this) }, lastFunction(args)]);
};

Socket.prototype.connect = function (this: Datagram, ...args: unknown[]): void {
  const [port, address] = args;
  if (isOwn(address)) lost.delete(this);
  else lost.add(this);
  Reflect.apply(connect, this, [port, own(this), lastFunction(args)]);
};

Socket.prototype.send = function (this: Datagram, ...args: unknown[]): void {
  const callback = lastFunction(args);
  // The port comes second, or fourth after offset and length.
  const port = typeof args[3] === 'number' || typeof args[3] === 'string' ? 3 : 1;
  const isConnected = typeof args[port] !== 'number' && typeof args[port] !== 'string';
  if (isConnected ? lost.has(this) : !isOwn(args[port + 1])) {
    if (callback) process.nextTick(callback, null, Buffer.byteLength(args[0] as string));
  } else if (isConnected) Reflect.apply(send, this, args);
  else Reflect.apply(send, this, [...args.slice(0, port + 1), own(this), callback]);
};

const lastFunction = (args: readonly unknown[]) =>
  args.findLast((each) => typeof each === 'function') as ((...args: unknown[]) => void) | undefined;
