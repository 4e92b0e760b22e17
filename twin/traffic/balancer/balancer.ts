import type { BalancerParts } from '../../../system/balancer-parts.ts';
import { constructPath } from '../../../system/construct-path.ts';
import type { Resource } from '../../../system/resource.ts';
import type { Listener } from '../../../system/resources/listener.ts';
import { type Clock, machineClock } from '../../clock.ts';
import type { Member } from '../../network/member.ts';
import type { Network, Seat } from '../../network/network.ts';
import { respond } from '../http/exchange.ts';
import { openForwarder } from '../http/forwarder.ts';
import { type HttpListener, openHttpListener } from '../http/http-listener.ts';
import { Ways } from '../http/ways.ts';
import { type Entrance, ListenerEntrance } from './listener-entrance.ts';
import type { TargetProblem } from './target-health.ts';
import { Targets } from './targets.ts';

export interface BalancerOptions extends BalancerParts {
  readonly network: Network;
  /** An address inside its subnets. */
  readonly vpcAddress: string | undefined;
  /** @default the machine's */
  readonly clock?: Clock;
}

/** An Application Load Balancer: answers at its address and DNS name to everybody its security groups let in. */
export interface Balancer {
  /** Construct path. */
  readonly path: string;
  readonly member: Member;
  readonly isPublic: boolean;
  /** The first is the one people would try first. */
  readonly listeners: readonly Resource<Listener>[];
  /** The way in through a listener, by ARN, for an API whose integration names it. */
  entrance(listener: string): Entrance | undefined;
  /**
   * Opens another server for a listener, by default the first. Security groups must let `from` in; undefined always
   * gets in. The caller closes the server.
   */
  expose(port: number, from: Member | undefined, listener?: Resource<Listener>): Promise<HttpListener>;
  /** A task takes its place in the target groups its service names. */
  attach(seat: Seat): void;
  detach(seat: Seat): void;
  /** What the last failed check of a task said, in AWS's words; undefined for a target group of another balancer. */
  problem(seat: Seat, targetGroup: string): TargetProblem | undefined;
  close(): Promise<void>;
}

/** How long a balancer waits for a connection. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Opens a balancer with all its listeners. */
export const openBalancer = async (options: BalancerOptions): Promise<Balancer> => {
  const { network, loadBalancer, clock = machineClock } = options;
  const path = constructPath(loadBalancer.path);
  const idleMs = loadBalancer.data.idleTimeoutSeconds * 1000;
  const { groups } = loadBalancer.data;
  const member = network.join({
    id: path,
    name: path,
    path: loadBalancer.path,
    groups,
    vpcAddress: options.vpcAddress,
  });
  const targets = new Map(
    options.targetGroups.map((group) => [group.ref, new Targets({ network, balancer: member, group, clock })]),
  );
  const forwarder = openForwarder({ connectTimeoutMs: CONNECT_TIMEOUT_MS, keepAliveMs: idleMs });
  const ways = new Ways(network, member);
  const listeners = inOrderOfUse(options.listeners);
  const entrances = new Map(
    options.listeners.map((listener) => {
      const rules = options.rules.filter(({ data }) => data.listener === listener.ref);
      const { dropsInvalidHeaders } = loadBalancer.data;
      const entrance = new ListenerEntrance({
        network,
        member,
        listener,
        rules,
        targets,
        forwarder,
        ways,
        idleMs,
        dropsInvalidHeaders,
      });
      return [listener.ref, entrance];
    }),
  );

  const listen = (port: number, handle: Entrance['handle']): Promise<HttpListener> =>
    openHttpListener({ owner: path, port, keepAliveMs: idleMs, handle });
  const servers = await Promise.all(
    options.listeners.map(async ({ ref, data }) => {
      const server = await listen(0, (exchange) => entrances.get(ref)!.handle(exchange));
      network.publish(member.address, data.port, server.real);
      return server;
    }),
  );
  network.name(loadBalancer.attributes.DNSName!, member.address);

  return {
    path,
    member,
    isPublic: loadBalancer.data.scheme === 'internet-facing',
    listeners,
    entrance: (listener) => entrances.get(listener),
    async expose(port, from, listener = listeners[0]) {
      const entrance = entrances.get(listener?.ref ?? '');
      if (entrance === undefined) throw new Error(`${path}: it has no listener that could answer; add one`);
      return listen(port, (exchange) => {
        if (from === undefined || entrance.admits(from)) entrance.handle(exchange);
        else respond(exchange, 504, 'text/plain', `security groups of ${path} do not let ${from.name} in\n`);
      });
    },
    attach(seat) {
      for (const { targetGroup, port } of seat.service.targets) targets.get(targetGroup)?.add(seat, port);
    },
    detach(seat) {
      for (const { targetGroup } of seat.service.targets) targets.get(targetGroup)?.remove(seat);
    },
    problem: (seat, targetGroup) => targets.get(targetGroup)?.problem(seat),
    async close() {
      for (const group of targets.values()) group.close();
      await Promise.all(servers.map((server) => server.close()));
      await forwarder.close();
    },
  };
};

/** In the order people would try them: TLS first, then the lowest port. */
const inOrderOfUse = (listeners: readonly Resource<Listener>[]): readonly Resource<Listener>[] =>
  [...listeners].sort(
    (a, b) => Number(b.data.protocol === 'HTTPS') - Number(a.data.protocol === 'HTTPS') || a.data.port - b.data.port,
  );
