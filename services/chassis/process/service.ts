import type { Operations, Routes } from '../route.ts';
import type { Runtime } from '../runtime.ts';
import { Application } from '../server/application.ts';
import { HttpServer } from '../server/http-server.ts';
import type { Admission } from '../server/shedding/admission.ts';
import { LoadShedder } from '../server/shedding/load-shedder.ts';
import { drain } from './drain.ts';
import type { ServiceSettings } from './settings.ts';

/** What a service is made of. */
export interface ServiceProps<T extends Routes> {
  /** Its name, its port, its timeouts. */
  readonly settings: ServiceSettings;
  /** The routes it serves. */
  readonly routes: T;
  /** Its handlers. */
  readonly handlers: Operations<T>;
  /** Clock, log, metrics and the like. */
  readonly runtime: Runtime;
  /** Why it cannot work at the moment, for `/ready`; undefined if it can. @default - it is always ready */
  readonly readiness?: (() => string | undefined) | undefined;
  /** Turns requests away when there are too many. @default - a load shedder */
  readonly admission?: Admission | undefined;
}

/** A service that can be started and drained. Touches nothing of the process it runs in. */
export class Service {
  readonly #props: ServiceProps<Routes>;
  readonly #application: Application;
  readonly #server: HttpServer;

  constructor(props: ServiceProps<Routes>) {
    const { service, requestTimeoutMs, keepAliveMs } = props.settings;
    const { routes, handlers, runtime, readiness, admission = shedder(runtime) } = props;
    this.#props = props;
    this.#application = new Application({
      service,
      routes,
      handlers,
      requestTimeoutMs,
      runtime,
      readiness,
      admission,
    });
    this.#server = new HttpServer({
      application: this.#application,
      clock: runtime.clock,
      log: runtime.log,
      requestTimeoutMs,
      keepAliveMs,
    });
    runtime.metrics.gauge('request.in_flight', {}, () => this.#server.inFlight);
  }

  /** Opens its port, on `host` or else on all addresses, and resolves with the port. */
  listen(host?: string): Promise<number> {
    return this.#server.listen(this.#props.settings.port, host);
  }

  /** Shuts down within its drain time; resolves with the number of requests it had to give up. */
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

function shedder({ clock, metrics }: Runtime): LoadShedder {
  const made = new LoadShedder(clock);
  metrics.gauge('request.limit', {}, () => made.limit);
  return made;
}
