import { drain } from './drain.ts';
import type { Operations, Routes } from './route.ts';
import type { Runtime } from './runtime.ts';
import { Application } from './server/application.ts';
import { HttpServer } from './server/http-server.ts';
import type { ServiceSettings } from './settings.ts';

export interface ServiceProps<T extends Routes> {
  readonly settings: ServiceSettings;
  readonly routes: T;
  readonly handlers: Operations<T>;
  readonly runtime: Runtime;
}

/** A service that can be started and told to leave. Touches nothing of the process it is in. */
export class Service {
  readonly #props: ServiceProps<Routes>;
  readonly #application: Application;
  readonly #server: HttpServer;

  constructor(props: ServiceProps<Routes>) {
    const { service, requestTimeoutMs, keepAliveMs } = props.settings;
    const { routes, handlers, runtime } = props;
    this.#props = props;
    this.#application = new Application({ service, routes, handlers, requestTimeoutMs, runtime });
    this.#server = new HttpServer({ application: this.#application, requestTimeoutMs, keepAliveMs });
  }

  /** Opens its port and resolves with it. @param host where to listen, by default on all addresses */
  listen(host?: string): Promise<number> {
    return this.#server.listen(this.#props.settings.port, host);
  }

  /** Leaves within its clock; resolves with the number of requests it had to give up. */
  drain(): Promise<number> {
    const { drainMs, requestTimeoutMs } = this.#props.settings;
    const { clock } = this.#props.runtime;
    return drain({ application: this.#application, server: this.#server, clock, drainMs, requestTimeoutMs });
  }

  /** Requests that wait for an answer. */
  get inFlight(): number {
    return this.#server.inFlight;
  }
}
