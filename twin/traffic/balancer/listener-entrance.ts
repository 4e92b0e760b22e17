import type { Resource } from '../../../system/resource.ts';
import type { Listener } from '../../../system/resources/listener.ts';
import type { ListenerAction } from '../../../system/resources/listener-action.ts';
import type { ListenerRule } from '../../../system/resources/listener-rule.ts';
import type { Member } from '../../network/member.ts';
import type { Network } from '../../network/network.ts';
import { type Exchange, respond } from '../http/exchange.ts';
import type { Forwarder } from '../http/forwarder.ts';
import type { ForwardFailure } from '../http/forwarding.ts';
import type { Ways } from '../http/ways.ts';
import { addBalancerHeaders } from './balancer-headers.ts';
import { page } from './balancer-page.ts';
import { compileRules, type Decide } from './listener-rules.ts';
import { redirectTo } from './redirect.ts';
import type { Targets } from './targets.ts';

/** A listener as the twin's own servers reach it, without a connection. */
export interface Entrance {
  /** Whether security groups let a member connect; a denial is reported. */
  admits(from: Member): boolean;
  handle(exchange: Exchange): void;
}

export interface ListenerEntranceOptions {
  readonly network: Network;
  readonly member: Member;
  readonly listener: Resource<Listener>;
  readonly rules: readonly Resource<ListenerRule>[];
  readonly targets: ReadonlyMap<string, Targets>;
  readonly forwarder: Forwarder;
  readonly ways: Ways;
  readonly idleMs: number;
  readonly dropsInvalidHeaders: boolean;
}

/** A listener at work: finds the action for a request, picks a target and forwards to it. */
export class ListenerEntrance implements Entrance {
  readonly #options: ListenerEntranceOptions;
  readonly #decide: Decide;
  readonly #admitted = new WeakSet<Member>();
  #turn = 0;

  constructor(options: ListenerEntranceOptions) {
    this.#options = options;
    this.#decide = compileRules(options.listener.data, options.rules);
  }

  admits(from: Member): boolean {
    if (this.#admitted.has(from)) return true;
    const { network, member, listener } = this.#options;
    const { allowed } = network.dial(from, member, listener.data.port);
    if (allowed) this.#admitted.add(from);
    return allowed;
  }

  handle(exchange: Exchange): void {
    const { listener, dropsInvalidHeaders } = this.#options;
    const { port, protocol } = listener.data;
    if (dropsInvalidHeaders) dropInvalid(exchange.headers);
    const action = this.#decide(exchange);
    if (action === undefined) this.#refuse(exchange, 'it has no action that the twin can carry out');
    else if (action.kind === 'refused') this.#refuse(exchange, action.why);
    else if (action.kind === 'forward') this.#forward(exchange, action);
    else if (action.kind === 'redirect')
      page(exchange, action.status, { location: redirectTo(action, exchange, protocol, port) });
    else respond(exchange, action.status, action.contentType ?? 'text/plain', action.body);
  }

  #refuse(exchange: Exchange, why: string): void {
    respond(exchange, 501, 'text/plain', `${this.#options.listener.id}: ${why}\n`);
  }

  #forward(exchange: Exchange, action: ListenerAction & { kind: 'forward' }): void {
    const { listener, forwarder, ways, idleMs } = this.#options;
    const group = this.#group(action);
    const targets = this.#options.targets.get(group ?? '');
    if (group !== undefined && targets === undefined) {
      this.#refuse(exchange, `the twin sends no requests to ${group}, which it refuses or this assembly does not have`);
      return;
    }
    const seat = targets?.next();
    if (targets === undefined || seat === undefined) {
      page(exchange, 503);
      return;
    }
    const way = ways.to(seat, targets.port(seat));
    // In AWS the caller would first wait until connecting times out.
    if (way === undefined) {
      targets.done(seat);
      page(exchange, 504);
      return;
    }
    addBalancerHeaders(exchange, listener.data.protocol.toLowerCase(), listener.data.port);
    forwarder.forward(exchange, way, idleMs, (failure) => {
      targets.done(seat);
      if (failure === undefined) return;
      if (failure.kind === 'connect') ways.forget(seat);
      if (!failure.answered && failure.kind !== 'client') page(exchange, STATUS[failure.kind]);
    });
  }

  /** Weighted groups take turns in proportion to their weights. */
  #group({ targets: groups }: ListenerAction & { kind: 'forward' }): string | undefined {
    if (groups.length === 1) return groups[0]!.targetGroup;
    const total = groups.reduce((sum, { weight }) => sum + weight, 0);
    let left = total === 0 ? 0 : this.#turn++ % total;
    for (const { targetGroup, weight } of groups) {
      if (left < weight) return targetGroup;
      left -= weight;
    }
    return undefined;
  }
}

/** What a balancer accepts as the name of a header. */
const HEADER_NAME = /^[-A-Za-z0-9]+$/;

const dropInvalid = (headers: Exchange['headers']): void => {
  for (const name in headers) if (!HEADER_NAME.test(name)) delete headers[name];
};

const STATUS: Readonly<Record<Exclude<ForwardFailure['kind'], 'client'>, number>> = {
  connect: 502,
  reset: 502,
  timeout: 504,
  'too-large': 413,
  invalid: 400,
};
