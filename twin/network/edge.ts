import { addressInside } from '../../system/address-inside.ts';
import type { Resource } from '../../system/resource.ts';
import { httpApi } from '../../system/resources/http-api.ts';
import { httpApiIntegration } from '../../system/resources/http-api-integration.ts';
import { httpApiRoute } from '../../system/resources/http-api-route.ts';
import { httpApiStage } from '../../system/resources/http-api-stage.ts';
import { listener } from '../../system/resources/listener.ts';
import { targetGroupsOf } from '../../system/resources/listener-action.ts';
import { listenerRule } from '../../system/resources/listener-rule.ts';
import { type LoadBalancer, loadBalancer } from '../../system/resources/load-balancer.ts';
import { subnet } from '../../system/resources/subnet.ts';
import { targetGroup } from '../../system/resources/target-group.ts';
import { vpcLink } from '../../system/resources/vpc-link.ts';
import type { Service } from '../../system/service.ts';
import type { System } from '../../system/system.ts';
import { Closing } from '../closing.ts';
import { type Balancer, openBalancer } from './balancer.ts';
import { type Clock, machineClock } from './clock.ts';
import { openHttpApi } from './http-api.ts';
import { Integrations } from './integrations.ts';
import type { Network, Seat } from './network.ts';
import { openServiceConnect } from './service-connect.ts';
import { gravest, type TargetProblem } from './target-health.ts';
import { UserPorts } from './user-ports.ts';

export interface EdgeOptions {
  readonly system: System;
  readonly services: readonly Service[];
  readonly network: Network;
  /** Where the first URL answers, the others follow; 0 takes any free ports. */
  readonly port: number;
  /** @default the machine's */
  readonly clock?: Clock;
}

/** All ways to the tasks of a system: its APIs, its balancers, and the proxies between its services. */
export interface Edge {
  /** Construct path of an API or balancer → where the user finds it; a balancer's further listeners add their port. */
  readonly urls: Readonly<Record<string, string>>;
  /** Gives a service's task its aliases and its places behind balancers. Comes before its processes start. */
  attach(seat: Seat): Promise<void>;
  /** Ends what {@link attach} began. Comes after the task has drained and gone. */
  detach(seat: Seat): Promise<void>;
  /** Why a balancer's last check of a task failed, in AWS's words. */
  problem(seat: Seat): TargetProblem | undefined;
  close(): Promise<void>;
}

/** Opens everything in front of and between the services of a system. */
export const openEdge = async (options: EdgeOptions): Promise<Edge> => {
  const closing = new Closing();
  try {
    return await open(options, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
};

const open = async (options: EdgeOptions, closing: Closing): Promise<Edge> => {
  const { system, services, network, port, clock = machineClock } = options;
  const address = vpcAddresses(system);
  const balancers: Balancer[] = [];
  for (const resource of system.of(loadBalancer)) {
    const vpcAddress = address(resource.data.subnets);
    const balancer = await openBalancer({ network, clock, vpcAddress, ...partsOf(system, resource) });
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
    problem: (seat) => gravest(balancers.map((balancer) => balancer.problem(seat))),
    close: () => closing.close(),
  };
};

/** What templates say of one balancer. */
const partsOf = (system: System, resource: Resource<LoadBalancer>) => {
  const listeners = system.of(listener).filter(({ data }) => data.loadBalancer === resource.ref);
  const arns = new Set(listeners.map(({ ref }) => ref));
  const rules = system.of(listenerRule).filter(({ data }) => arns.has(data.listener ?? ''));
  const named = new Set([...listeners, ...rules].flatMap(({ data }) => targetGroupsOf(data.actions)));
  return {
    loadBalancer: resource,
    listeners,
    rules,
    targetGroups: system.of(targetGroup).filter(({ ref }) => named.has(ref)),
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

/** Balancers the internet reaches, and those nobody but the user could. */
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

/** Someone without a group or an address in the VPC. */
const INTERNET = { id: 'internet', name: 'the internet', path: 'internet', groups: [], vpcAddress: undefined };

/** Balancers and links stand away from the services, which have the first addresses of a subnet. */
const FIRST_ADDRESS = 100;

const vpcAddresses = (system: System): ((subnets: readonly string[]) => string | undefined) => {
  let next = FIRST_ADDRESS;
  return ([first = '']) => addressInside(system.find(subnet, first)?.data.cidr, next++);
};

const constructPath = (path: string): string => path.replace(/\/Resource$/, '');
