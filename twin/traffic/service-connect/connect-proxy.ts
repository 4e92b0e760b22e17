import type { ConnectEndpoint } from '../../../system/service.ts';
import type { Clock } from '../../clock.ts';
import type { Endpoint } from '../../network/endpoint.ts';
import type { Seat } from '../../network/network.ts';
import type { ReadySeats } from '../../network/ready-seats.ts';
import { type Exchange, limit, respond } from '../http/exchange.ts';
import type { Forwarder } from '../http/forwarder.ts';
import type { ForwardFailure } from '../http/forwarding.ts';
import { openHttpListener } from '../http/http-listener.ts';
import { openTcpListener } from '../http/tcp-listener.ts';
import type { Ways } from '../http/ways.ts';
import { Outliers } from './outliers.ts';

/** Further tasks tried after one could not be reached. */
const RETRIES = 2;

export interface ConnectProxyOptions {
  /** What reports call it: `web-bff → catalog`. */
  readonly owner: string;
  readonly endpoint: ConnectEndpoint;
  /** Tasks behind the endpoint. */
  readonly callees: ReadySeats;
  /** The caller's ways to them. */
  readonly ways: Ways;
  readonly forwarder: Forwarder;
  readonly clock: Clock;
}

/** One caller's Service Connect proxy for one endpoint. */
export interface ConnectProxy {
  readonly real: Endpoint;
  close(): Promise<void>;
}

/** Opens a proxy: it balances requests for HTTP/1.1, and connections for everything else, HTTP/2 and gRPC included. */
export const openConnectProxy = (options: ConnectProxyOptions): Promise<ConnectProxy> => {
  const balance = new Balance(options);
  const { owner, endpoint } = options;
  const idleMs = endpoint.idleTimeoutSeconds * 1000;
  if (endpoint.protocol !== 'http') return openTcpListener({ idleMs, route: balance.route });
  const keepAliveMs = idleMs === 0 ? NEVER_MS : idleMs;
  return openHttpListener({ owner, port: 0, keepAliveMs, handle: balance.handle });
};

const NEVER_MS = 2 ** 31 - 1;

class Balance {
  readonly #options: ConnectProxyOptions;
  readonly #outliers: Outliers<Seat>;
  #turn = 0;

  constructor(options: ConnectProxyOptions) {
    this.#options = options;
    this.#outliers = new Outliers(options.clock);
  }

  readonly handle = (exchange: Exchange): void => {
    const { perRequestTimeoutSeconds } = this.#options.endpoint;
    if (perRequestTimeoutSeconds > 0) {
      limit(exchange, perRequestTimeoutSeconds * 1000, () => say(exchange, 504, 'upstream request timeout'));
    }
    this.#attempt(exchange, NONE);
  };

  readonly route = (attempt: number) => {
    const seat = attempt > RETRIES ? undefined : this.#next(NONE);
    const way = seat && this.#way(seat);
    return way && { way, failed: () => this.#failed(seat) };
  };

  #attempt(exchange: Exchange, tried: readonly Seat[]): void {
    const seat = this.#next(tried);
    if (seat === undefined) {
      say(exchange, 503, tried.length === 0 ? 'no healthy upstream' : broken('connection failure'));
      return;
    }
    const way = this.#way(seat);
    if (way === undefined) {
      // All tasks of a service have the same security groups, so another one would be denied too.
      say(exchange, 503, broken('connection timeout'));
      return;
    }
    const idleMs = this.#options.endpoint.idleTimeoutSeconds * 1000;
    this.#options.forwarder.forward(exchange, way, idleMs, (failure) => {
      if (failure === undefined || failure.kind === 'client') return;
      if (failure.kind === 'connect' || failure.kind === 'reset') this.#failed(seat);
      if (failure.answered) return;
      if (failure.kind === 'connect' && tried.length < RETRIES) this.#attempt(exchange, [...tried, seat]);
      else answerFor(exchange, failure.kind);
    });
  }

  /** The next untried task among those the proxy does not avoid. */
  #next(tried: readonly Seat[]): Seat | undefined {
    const seats = this.#outliers.without(this.#options.callees.now);
    for (let i = 0; i < seats.length; i += 1) {
      const seat = seats[(this.#turn + i) % seats.length]!;
      if (tried.includes(seat)) continue;
      this.#turn = (this.#turn + i + 1) % seats.length;
      return seat;
    }
    return undefined;
  }

  #way(seat: Seat) {
    return this.#options.ways.to(seat, this.#options.endpoint.ingressPort);
  }

  #failed(seat: Seat): void {
    this.#outliers.failed(seat);
    this.#options.ways.forget(seat);
  }
}

const NONE: readonly Seat[] = [];

const broken = (reason: string): string =>
  `upstream connect error or disconnect/reset before headers. reset reason: ${reason}`;

const answerFor = (exchange: Exchange, kind: Exclude<ForwardFailure['kind'], 'client'>): void => {
  if (kind === 'timeout') say(exchange, 504, 'stream timeout');
  else if (kind === 'invalid' || kind === 'too-large') say(exchange, 400, 'bad request');
  else say(exchange, 503, broken(kind === 'connect' ? 'connection failure' : 'connection termination'));
};

/** Answers in the proxy's own name. */
const say = (exchange: Exchange, status: number, body: string): void =>
  respond(exchange, status, 'text/plain', body, { server: 'envoy' });
