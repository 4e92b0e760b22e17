import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Destination, Lease } from '../../../../services/chassis/balance/destination.ts';
import type { Discovery } from '../../../../services/chassis/discovery/discovery.ts';
import type { Instance } from '../../../../services/chassis/discovery/instance.ts';
import { systemClock } from '../../../../services/chassis/time/clock.ts';
import { Deadline } from '../../../../services/chassis/time/deadline.ts';

const clock = systemClock();

/** A real server that answers for a service. */
export class LocalInstance {
  readonly #server: Server;
  /** Requests that came. */
  requests = 0;
  /** Connections that are open. */
  connections = 0;
  /** Connections the other side has closed first. */
  left = 0;
  answer: RequestListener = (_, response) => void response.end('ok');

  constructor() {
    this.#server = createServer((request, response) => {
      this.requests++;
      this.answer(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.connections++;
      socket.once('end', () => this.left++);
      socket.once('close', () => this.connections--);
    });
  }

  async listen(port = 0): Promise<this> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get instance(): Instance {
    return { id: String(this.port), origin: `http://127.0.0.1:${this.port}`, zone: undefined };
  }

  /** Closes connections that are unused for so long, and tells its callers so. */
  keepsFor(milliseconds: number): void {
    this.#server.keepAliveTimeout = milliseconds;
  }

  /** Without warning: connections break, and none can be made. */
  async kill(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

/** A discovery that a test tells what is there. */
export class ToldDiscovery implements Discovery {
  doubts = 0;
  closed = false;
  #instances: readonly Instance[];

  constructor(...instances: Instance[]) {
    this.#instances = instances;
  }

  tell(...instances: Instance[]): void {
    this.#instances = instances;
  }

  instances(): readonly Instance[] {
    return this.#instances;
  }

  doubt(): void {
    this.doubts++;
  }

  close(): void {
    this.closed = true;
  }
}

/** A deadline nobody reaches. */
export const ample = (): Deadline => new Deadline(60_000, clock);

/** One attempt, as a client makes it; whether it was answered with 2xx, and where it went. */
export async function send(destination: Destination, avoid?: Lease): Promise<{ ok: boolean; lease: Lease }> {
  const lease = await destination.lease(ample(), avoid);
  return { ok: await sendBy(lease), lease };
}

/** The same by a lease one has already. */
export async function sendBy(lease: Lease): Promise<boolean> {
  const began = performance.now();
  const ok = await exchange(lease);
  lease.done(ok ? 'success' : 'failure', performance.now() - began);
  return ok;
}

const exchange = ({ dispatcher, pathPrefix }: Lease): Promise<boolean> =>
  new Promise((resolve) => {
    let status = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart(_, code) {
        status = code;
      },
      onResponseData() {},
      onResponseEnd: () => resolve(status >= 200 && status <= 299),
      onResponseError: () => resolve(false),
    };
    dispatcher.dispatch({ method: 'GET', path: `${pathPrefix}/` }, handler);
  });
