import { addressInside } from '../../system/address-inside.ts';
import { balancerParts } from '../../system/balancer-parts.ts';
import { constructPath } from '../../system/construct-path.ts';
import { httpApi } from '../../system/resources/http-api.ts';
import { httpApiIntegration } from '../../system/resources/http-api-integration.ts';
import { httpApiRoute } from '../../system/resources/http-api-route.ts';
import { httpApiStage } from '../../system/resources/http-api-stage.ts';
import { loadBalancer } from '../../system/resources/load-balancer.ts';
import { subnet } from '../../system/resources/subnet.ts';
import { vpcLink } from '../../system/resources/vpc-link.ts';
import type { Service } from '../../system/service.ts';
import type { System } from '../../system/system.ts';
import { type Clock, machineClock } from '../clock.ts';
import { Closing } from '../closing.ts';
import type { Network, Seat } from '../network/network.ts';
import { type Balancer, openBalancer } from './balancer/balancer.ts';
import type { TargetProblem } from './balancer/target-health.ts';
import { openHttpApi } from './http-api/http-api.ts';
import { Integrations } from './integrations.ts';
import { openServiceConnect } from './service-connect/service-connect.ts';
import { UserPorts } from './user-ports.ts';

export interface TrafficOptions {
  readonly system: System;
  readonly services: readonly Service[];
  readonly network: Network;
  /** Port of the first URL, which the others follow; 0 takes any free ports. */
  readonly port: number;
  /** @default the machine's */
  readonly clock?: Clock;
}

/** All ways to the tasks of a system: its APIs, its balancers, and the proxies between its services. */
export interface Traffic {
  /** Construct path of an API or balancer → its URL; further listeners of a balancer add their port to the path. */
  readonly urls: Readonly<Record<string, string>>;
  /** Gives a task its aliases and its places behind balancers. Call it before the task's processes start. */
  attach(seat: Seat): Promise<void>;
  /** Undoes {@link attach}. Call it after the task is gone. */
  detach(seat: Seat): Promise<void>;
  /** What the last failed check of a task in a target group said, in AWS's words. */
  problem(seat: Seat, targetGroup: string): TargetProblem | undefined;
  close(): Promise<void>;
}

/** Opens everything in front of and between the services of a system. */
export const openTraffic = async (options: TrafficOptions): Promise<Traffic> => {
  const closing = new Closing();
  try {
    return await open(options, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
};

const open = async (options: TrafficOptions, closing: Closing): Promise<Traffic> => {
  const { system, services, network, port, clock = machineClock } = options;
  const address = vpcAddresses(system);
  const balancers: Balancer[] = [];
  for (const resource of system.of(loadBalancer)) {
    const vpcAddress = address(resource.data.subnets);
    const balancer = await openBalancer({ network, clock, vpcAddress, ...balancerParts(system, resource) });
    balancers.push(closing.after(balancer, () => balancer.close()));
  }
  const links = new Map(
    system.of(vpcLink).map(({ ref, path, data: { groups, subnets } }) => {
      const name = constructPath(path);
      return [ref, network.join({ id: name, name, path, groups, vpcAddress: address(subnets) })];
    }),
  );
  const integrations = new Integrations({ system, network, balancers, links }, closing);
  const ports = new UserPorts(port, closing);
  await openApis(system, integrations, ports, clock);
  await exposeBalancers(system, network, balancers, ports);
  const connect = openServiceConnect({ network, services, clock });
  closing.after(connect, () => connect.close());

  return {
    urls: ports.urls,
    async attach(seat) {
      for (const balancer of balancers) balancer.attach(seat);
      integrations.attach(seat);
      await connect.attach(seat);
    },
    async detach(seat) {
      for (const balancer of balancers) balancer.detach(seat);
      integrations.detach(seat);
      await connect.detach(seat);
    },
    problem(seat, targetGroup) {
      for (const balancer of balancers) {
        const problem = balancer.problem(seat, targetGroup);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
    close: () => closing.close(),
  };
};

const openApis = async (system: System, integrations: Integrations, ports: UserPorts, clock: Clock): Promise<void> => {
  for (const api of system.of(httpApi)) {
    const own = <T extends { readonly data: { readonly api: string | undefined } }>(all: readonly T[]): T[] =>
      all.filter(({ data }) => data.api === api.ref);
    const stages = own(system.of(httpApiStage));
    const parts = { stages, routes: own(system.of(httpApiRoute)), integrations: own(system.of(httpApiIntegration)) };
    const atRoot = stages.length === 0 || stages.some(({ data }) => data.name === '$default');
    await ports.open(constructPath(api.path), atRoot ? '' : `/${stages[0]!.data.name}`, (port) =>
      openHttpApi({ api, ...parts, backend: (integration) => integrations.backend(integration), port, clock }),
    );
  }
};

/** Gives a URL to each balancer that is public, or that no API leads to. */
const exposeBalancers = async (
  system: System,
  network: Network,
  balancers: readonly Balancer[],
  ports: UserPorts,
): Promise<void> => {
  const integrated = system.of(httpApiIntegration).map(({ data }) => data.uri ?? '');
  for (const balancer of balancers) {
    const isFronted = integrated.some((uri) => balancer.entrance(uri) !== undefined);
    if (!balancer.isPublic && isFronted) continue;
    const from = balancer.isPublic ? network.join(INTERNET) : undefined;
    for (const [index, listener] of balancer.listeners.entries()) {
      const name = index === 0 ? balancer.path : `${balancer.path}:${listener.data.port}`;
      await ports.open(name, '', (port) => balancer.expose(port, from, listener));
    }
  }
};

/** A member without security groups or an address in the VPC. */
const INTERNET = { id: 'internet', name: 'the internet', path: 'internet', groups: [], vpcAddress: undefined };

/** Services have the first addresses of a subnet; those of balancers and links begin here. */
const FIRST_ADDRESS = 100;

const vpcAddresses = (system: System): ((subnets: readonly string[]) => string | undefined) => {
  let next = FIRST_ADDRESS;
  return ([first = '']) => addressInside(system.find(subnet, first)?.data.cidr, next++);
};
