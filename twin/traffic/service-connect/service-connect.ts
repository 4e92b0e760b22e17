import type { ConnectEndpoint, Service } from '../../../system/service.ts';
import { type Clock, machineClock } from '../../clock.ts';
import type { Network, Seat } from '../../network/network.ts';
import { ReadySeats, reachableByName } from '../../network/ready-seats.ts';
import { type Forwarder, openForwarder } from '../http/forwarder.ts';
import { Ways } from '../http/ways.ts';
import { type ConnectProxy, openConnectProxy } from './connect-proxy.ts';

export interface ServiceConnectOptions {
  readonly network: Network;
  readonly services: readonly Service[];
  /** @default the machine's */
  readonly clock?: Clock;
}

/**
 * Service Connect: each task of a client service has proxies of its own, which it reaches by the aliases of its
 * namespace. One-off tasks are not attached, so they know no alias, as in AWS.
 */
export interface ServiceConnect {
  /** Gives a task its aliases and lets callers find it, once healthy. Comes before its processes start. */
  attach(seat: Seat): Promise<void>;
  detach(seat: Seat): Promise<void>;
  close(): Promise<void>;
}

/** How long a proxy waits for a connection. */
const CONNECT_TIMEOUT_MS = 5_000;

/** An endpoint that callers can name. */
interface Offer {
  readonly namespace: string;
  readonly service: Service;
  readonly endpoint: ConnectEndpoint;
  readonly callees: ReadySeats;
  readonly forwarder: Forwarder;
}

/** Opens Service Connect for all namespaces of a system. */
export const openServiceConnect = (options: ServiceConnectOptions): ServiceConnect => {
  const { network, services, clock = machineClock } = options;
  const offers = services.flatMap(offersOf);
  const proxies = new Map<Seat, readonly ConnectProxy[]>();
  const offeredBy = (seat: Seat): Offer[] => offers.filter(({ service }) => service.id === seat.service.id);

  return {
    async attach(seat) {
      for (const { callees } of offeredBy(seat)) callees.add(seat);
      const namespace = seat.service.connect?.namespace;
      const ways = new Ways(network, seat);
      const opened = offers
        .filter((offer) => namespace !== undefined && offer.namespace === namespace)
        .map(async ({ service, endpoint, callees, forwarder }) => {
          const owner = `${seat.name} → ${service.name}`;
          const proxy = await openConnectProxy({ owner, endpoint, callees, ways, forwarder, clock });
          for (const { host, port } of endpoint.aliases) network.alias(seat, host, port, proxy.real);
          return proxy;
        });
      proxies.set(seat, await Promise.all(opened));
    },
    async detach(seat) {
      for (const { callees } of offeredBy(seat)) callees.remove(seat);
      const own = proxies.get(seat) ?? [];
      proxies.delete(seat);
      await Promise.all(own.map((proxy) => proxy.close()));
    },
    async close() {
      await Promise.all([...proxies.values()].flat().map((proxy) => proxy.close()));
      await Promise.all(offers.map(({ forwarder }) => forwarder.close()));
    },
  };
};

const offersOf = (service: Service): Offer[] =>
  (service.connect?.endpoints ?? []).map((endpoint) => ({
    namespace: service.connect!.namespace,
    service,
    endpoint,
    callees: new ReadySeats(reachableByName),
    forwarder: openForwarder({
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      keepAliveMs: endpoint.idleTimeoutSeconds === 0 ? 3_600_000 : endpoint.idleTimeoutSeconds * 1000,
    }),
  }));
