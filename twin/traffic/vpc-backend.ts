import type { Member } from '../network/member.ts';
import type { Network, Seat } from '../network/network.ts';
import type { ReadySeats } from '../network/ready-seats.ts';
import type { Entrance } from './balancer/listener-entrance.ts';
import { type Exchange, respond } from './http/exchange.ts';
import type { Forwarder } from './http/forwarder.ts';
import { Ways } from './http/ways.ts';
import type { Backend } from './http-api/http-api.ts';

/** Leads an API through a VPC link to a listener of a balancer. */
export const listenerBackend = (link: Member, entrance: Entrance): Backend => ({
  client: addressOf(link),
  handle(exchange) {
    if (!entrance.admits(link)) return false;
    entrance.handle(exchange);
    return true;
  },
});

export interface DiscoveryBackendOptions {
  readonly network: Network;
  readonly link: Member;
  /** Tasks registered with the Cloud Map service. */
  readonly seats: ReadySeats;
  readonly portOf: (seat: Seat) => number;
  readonly forwarder: Forwarder;
}

/** Leads an API through a VPC link to the tasks of a Cloud Map service, in turns. */
export const discoveryBackend = (options: DiscoveryBackendOptions): Backend => {
  const { network, link, seats, portOf, forwarder } = options;
  const ways = new Ways(network, link);
  let turn = 0;
  return {
    client: addressOf(link),
    handle(exchange: Exchange) {
      const ready = seats.now;
      const seat = ready[turn++ % Math.max(1, ready.length)];
      const way = seat && ways.to(seat, portOf(seat));
      if (seat === undefined || way === undefined) return false;
      // No timeout of its own: the API limits how long an integration may take.
      forwarder.forward(exchange, way, 0, (failure) => {
        if (failure === undefined) return;
        if (failure.kind === 'connect') ways.forget(seat);
        if (failure.answered || failure.kind === 'client') return;
        respond(exchange, 503, 'application/json', '{"message":"Service Unavailable"}');
      });
      return true;
    },
  };
};

const addressOf = ({ vpcAddress, address }: Member): string => vpcAddress ?? address;
