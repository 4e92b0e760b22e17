import type { Decision } from '../../system/decision.ts';
import { awsHostsApart, awsReach } from '../../system/reach/aws-reach.ts';
import type { Party } from '../../system/reach/party.ts';
import type { PortRange } from '../../system/reach/port-range.ts';
import { openPorts, reach } from '../../system/reach/reach.ts';
import type { System } from '../../system/system.ts';

/** What security groups say about the members of a network; each answer is computed once. */
export class RememberedReach {
  /** Hosts of AWS that are decided one by one: each may be reachable when others are not. */
  readonly awsHosts: readonly string[];
  readonly #system: System;
  readonly #ports = new Map<string, readonly PortRange[]>();
  readonly #decisions = new Map<string, Decision>();

  constructor(system: System) {
    this.#system = system;
    this.awsHosts = awsHostsApart(system);
  }

  connect(from: Party, to: Party, port: number): Decision {
    return remembered(this.#decisions, `${whole(from)} ${whole(to)} ${port}`, () =>
      reach(this.#system, from, to, port),
    );
  }

  openPorts(from: Party, to: Party): readonly PortRange[] {
    return remembered(this.#ports, `${key(from)} ${key(to)}`, () => openPorts(this.#system, from, to));
  }

  aws(from: Party, host: string, port: number): Decision {
    return remembered(this.#decisions, `${whole(from)} ${host} ${port}`, () =>
      awsReach(this.#system, from, host, port),
    );
  }
}

/** All that security groups look at in a party. */
const key = ({ groups, vpcAddress }: Party): string => `${groups.join()}@${vpcAddress}`;

/** All that a decision and its words depend on. */
const whole = (party: Party): string => `${party.name} ${party.path} ${key(party)}`;

function remembered<T>(known: Map<string, T>, key: string, find: () => T): T {
  const value = known.get(key) ?? find();
  known.set(key, value);
  return value;
}
