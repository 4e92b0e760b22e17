import { ecsService } from '../../system/resources/ecs-service.ts';
import type { HttpApiIntegration } from '../../system/resources/http-api-integration.ts';
import type { System } from '../../system/system.ts';
import type { Closing } from '../closing.ts';
import type { Member } from '../network/member.ts';
import type { Network, Seat } from '../network/network.ts';
import { ReadySeats, reachableByName } from '../network/ready-seats.ts';
import type { Balancer } from './balancer/balancer.ts';
import { type Forwarder, openForwarder } from './http/forwarder.ts';
import type { Backend } from './http-api/http-api.ts';
import { discoveryBackend, listenerBackend } from './vpc-backend.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 60_000;

export interface IntegrationsOptions {
  readonly system: System;
  readonly network: Network;
  readonly balancers: readonly Balancer[];
  /** By id. */
  readonly links: ReadonlyMap<string, Member>;
}

/** Finds what the integrations of all APIs lead to. */
export class Integrations {
  readonly #options: IntegrationsOptions;
  readonly #forwarder: Forwarder;
  /** Tasks by the ARN of the Cloud Map service they register with. */
  readonly #registered = new Map<string, ReadySeats>();

  constructor(options: IntegrationsOptions, closing: Closing) {
    this.#options = options;
    this.#forwarder = openForwarder({ connectTimeoutMs: CONNECT_TIMEOUT_MS, keepAliveMs: KEEP_ALIVE_MS });
    closing.after(this.#forwarder, (forwarder) => forwarder.close());
  }

  /** Where an integration leads; a text says why the twin cannot go there. */
  backend({ kind, uri = '', vpcLink }: HttpApiIntegration): Backend | string {
    const { network, balancers, links } = this.#options;
    if (kind !== 'HTTP_PROXY') return `the twin has no ${kind} integrations`;
    if (vpcLink === undefined) return `it leads to ${uri}, and nothing leaves this machine`;
    const link = links.get(vpcLink);
    if (link === undefined) return `its VPC link ${vpcLink} is not in this assembly`;
    const entrance = balancers.map((balancer) => balancer.entrance(uri)).find(Boolean);
    if (entrance !== undefined) return listenerBackend(link, entrance);
    if (!uri.includes(':servicediscovery:')) return `the twin knows no listener ${uri}`;
    const seats = this.#registered.get(uri) ?? new ReadySeats(reachableByName);
    this.#registered.set(uri, seats);
    return discoveryBackend({ network, link, seats, portOf: firstPort, forwarder: this.#forwarder });
  }

  attach(seat: Seat): void {
    for (const seats of this.#of(seat)) seats.add(seat);
  }

  detach(seat: Seat): void {
    for (const seats of this.#of(seat)) seats.remove(seat);
  }

  #of({ service }: Seat): ReadySeats[] {
    const resource = this.#options.system.of(ecsService).find(({ id }) => id === service.id);
    return (resource?.data.registries ?? []).flatMap(({ arn }) => this.#registered.get(arn) ?? []);
  }
}

const firstPort = ({ service }: Seat): number =>
  service.definition.containers.flatMap(({ ports }) => ports.map(({ port }) => port))[0] ?? 80;
