import { Pool } from 'undici';
import { type Exchange, hasBody } from './exchange.ts';
import { type ForwardFailure, Forwarding } from './forwarding.ts';
import { RequestBody } from './request-body.ts';

/** Where a server really is, and the caller's own address to connect from. */
export interface Way {
  readonly host: string;
  readonly port: number;
  readonly localAddress: string | undefined;
}

/** Passes exchanges on to servers on this machine, over connections it keeps. */
export interface Forwarder {
  /**
   * Sends an exchange on and streams the answer back. `ended` is called once, at the end; if there was no answer, the
   * caller gives one or tries another way.
   */
  forward(exchange: Exchange, way: Way, idleMs: number, ended: (failure?: ForwardFailure) => void): void;
  /** Cuts all connections. */
  close(): Promise<void>;
}

export interface ForwarderOptions {
  readonly connectTimeoutMs: number;
  /** How long an unused connection is kept. */
  readonly keepAliveMs: number;
}

/** Opens a forwarder; callers with different keep-alive times need one each, since it keeps its connections. */
export const openForwarder = (options: ForwarderOptions): Forwarder => {
  const pools = new Map<string, Pool>();
  const known = new WeakMap<Way, Pool>();

  const poolOf = (way: Way): Pool => {
    let pool = known.get(way);
    if (pool === undefined || pool.closed || pool.destroyed) {
      pool = poolTo(way);
      known.set(way, pool);
    }
    return pool;
  };

  const poolTo = ({ host, port, localAddress }: Way): Pool => {
    const key = `${localAddress}>${host}:${port}`;
    let pool = pools.get(key);
    if (pool === undefined) {
      pool = openPool({ host, port, localAddress }, options);
      pools.set(key, pool);
      const forget = (): void => {
        const { connected, size } = pool!.stats;
        if (connected > 0 || size > 0 || pools.get(key) !== pool) return;
        pools.delete(key);
        void pool!.close();
      };
      // A task that is gone takes its connections with it, and its port may never be used again.
      pool.on('disconnect', () => queueMicrotask(forget));
      pool.on('connectionError', () => queueMicrotask(forget));
    }
    return pool;
  };

  return {
    forward(exchange, way, idleMs, ended) {
      const { request, method, path, headers, upgrade } = exchange;
      const body = hasBody(request) ? new RequestBody(request, exchange.maxBody) : null;
      poolOf(way).dispatch(
        { method, path, headers, body, upgrade: upgrade ?? null, headersTimeout: idleMs, bodyTimeout: idleMs },
        new Forwarding(exchange, body, ended),
      );
    },
    async close() {
      const all = [...pools.values()];
      pools.clear();
      await Promise.all(all.map((pool) => pool.destroy()));
    },
  };
};

const openPool = ({ host, port, localAddress }: Way, options: ForwarderOptions): Pool =>
  new Pool(`http://${host}:${port}`, {
    ...(localAddress === undefined ? {} : { localAddress }),
    connectTimeout: options.connectTimeoutMs,
    keepAliveTimeout: options.keepAliveMs,
    keepAliveMaxTimeout: options.keepAliveMs,
    // Neither the balancer nor the proxy obeys a server's `Keep-Alive: timeout=…`.
    keepAliveTimeoutThreshold: -options.keepAliveMs,
    strictContentLength: true,
    allowH2: false,
  });
