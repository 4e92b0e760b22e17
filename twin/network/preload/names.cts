import type { LookupAddress, LookupOptions } from 'node:dns';
import type { View } from './view.cts';

export interface Names {
  /** The error of `getaddrinfo` for an unknown name. */
  notFound(host: string): Error;
  /** `dns.lookup` as the application sees it. */
  readonly standardLookup: unknown;
}

type Callback = (error: Error | null, ...found: unknown[]) => void;
type Asynchronous = (...args: unknown[]) => void;

const dns = require('node:dns') as typeof import('node:dns');
const { isIP } = require('node:net') as typeof import('node:net');
const { resolve } = require('./view.cjs') as View;

const notFound = (host: string): Error =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), {
    errno: -3008,
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: host,
  });

/** Addresses of a host as `getaddrinfo` gives them; only IPv4, since nobody here has others. */
function lookUp(host: string, family: unknown): LookupAddress[] {
  const six = family === 6 || family === 'IPv6';
  if (host.toLowerCase() === 'localhost')
    return [six ? { address: '::1', family: 6 } : { address: '127.0.0.1', family: 4 }];
  return six ? [] : resolve(host, 'lookup').map((address) => ({ address, family: 4 }));
}

const readOptions = (options: unknown): LookupOptions =>
  typeof options === 'object' && options !== null ? options : { family: (options as number | undefined) ?? 0 };

/** Whether a host needs a resolver; Node itself answers, or refuses, everything else. */
const isName = (host: unknown): host is string => typeof host === 'string' && host !== '' && !isIP(host);

function patchLookup(): void {
  const { lookup } = dns;
  dns.lookup = dressed(lookup, (...args: unknown[]) => {
    const [host, given] = args;
    const callback = args.at(-1) as Callback;
    if (!isName(host) || typeof callback !== 'function') return Reflect.apply(lookup, dns, args);
    const { all, family } = readOptions(typeof given === 'function' ? undefined : given);
    const found = lookUp(host, family);
    if (found.length === 0) process.nextTick(callback, notFound(host));
    else if (all) process.nextTick(callback, null, found);
    else process.nextTick(callback, null, found[0]!.address, found[0]!.family);
  });

  const { lookup: promised } = dns.promises;
  dns.promises.lookup = dressed(promised, async (...args: unknown[]) => {
    const [host, given] = args;
    if (!isName(host)) return Reflect.apply(promised, dns.promises, args);
    const { all, family } = readOptions(given);
    const found = lookUp(host, family);
    if (found.length === 0) throw notFound(host);
    return all ? found : found[0];
  });
}

/** Methods of the resolver → the names of their queries in errors. */
const QUERIES: Readonly<Record<string, string>> = {
  resolve4: 'queryA',
  resolve6: 'queryAaaa',
  resolveAny: 'queryAny',
  resolveCaa: 'queryCaa',
  resolveCname: 'queryCname',
  resolveMx: 'queryMx',
  resolveNaptr: 'queryNaptr',
  resolveNs: 'queryNs',
  resolvePtr: 'queryPtr',
  resolveSoa: 'querySoa',
  resolveSrv: 'querySrv',
  resolveTlsa: 'queryTlsa',
  resolveTxt: 'queryTxt',
  reverse: 'getHostByAddr',
  lookupService: 'getnameinfo',
};

/** What DNS has for a name: address records and nothing else. */
function query(method: string, host: string, options: unknown): unknown[] {
  const addresses = method === 'reverse' || method === 'lookupService' ? [] : resolve(host, 'dns');
  if (addresses.length > 0 && method === 'resolve4')
    return (options as { ttl?: boolean } | undefined)?.ttl
      ? addresses.map((address) => ({ address, ttl: 60 }))
      : addresses;
  if (addresses.length > 0 && method === 'resolveAny')
    return addresses.map((address) => ({ type: 'A', address, ttl: 60 }));
  const code = addresses.length > 0 ? 'ENODATA' : 'ENOTFOUND';
  const syscall = QUERIES[method]!;
  throw Object.assign(new Error(`${syscall} ${code} ${host}`), { errno: undefined, code, syscall, hostname: host });
}

/** `resolve(host, 'MX')` is `resolveMx(host)`. */
const methodOf = (type: unknown): string => {
  const record = typeof type === 'string' ? type : 'A';
  if (record === 'A' || record === 'AAAA') return record === 'A' ? 'resolve4' : 'resolve6';
  return `resolve${record.charAt(0)}${record.slice(1).toLowerCase()}`;
};

function patchResolvers(): void {
  for (const method of [...Object.keys(QUERIES), 'resolve']) {
    const ask = ([host, option]: readonly unknown[]): unknown[] =>
      query(method === 'resolve' ? methodOf(option) : method, host as string, option);
    for (const owner of [dns, dns.Resolver.prototype])
      patch(owner, method, (original) => (...args) => {
        const callback = args.at(-1) as Callback;
        if (typeof args[0] !== 'string' || typeof callback !== 'function') return Reflect.apply(original, owner, args);
        settle(() => ask(args)).then(
          (found) => process.nextTick(callback, null, found),
          (error) => process.nextTick(callback, error),
        );
      });
    for (const owner of [dns.promises, dns.promises.Resolver.prototype])
      patch(
        owner,
        method,
        (original) =>
          (...args) =>
            typeof args[0] === 'string' ? settle(() => ask(args)) : Reflect.apply(original, owner, args),
      );
  }
}

const settle = async <T,>(work: () => T): Promise<T> => work();

function patch(owner: object, method: string, make: (original: Asynchronous) => Asynchronous): void {
  const methods = owner as Record<string, Asynchronous | undefined>;
  const original = methods[method];
  if (original) methods[method] = dressed(original, make(original));
}

/** Copies a function's properties to the one that replaces it: its name, and what `util.promisify` looks for. */
function dressed<T extends object>(original: T, replacement: object): T {
  const { prototype: _, ...descriptors } = Object.getOwnPropertyDescriptors(original) as PropertyDescriptorMap;
  return Object.defineProperties(replacement, descriptors) as T;
}

patchLookup();
patchResolvers();

module.exports = { notFound, standardLookup: dns.lookup } satisfies Names;
