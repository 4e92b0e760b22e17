import type { Member } from '../../network/member.ts';
import type { Network } from '../../network/network.ts';
import type { Way } from './forwarder.ts';

/** One member's ways to others. A way that security groups allow is found once; a denied one is asked for each time. */
export class Ways {
  readonly #network: Network;
  readonly #from: Member;
  readonly #known = new WeakMap<Member, Map<number, Way>>();

  constructor(network: Network, from: Member) {
    this.#network = network;
    this.#from = from;
  }

  /** Where to connect; undefined if security groups forbid it, which the network reports. */
  to(member: Member, port: number): Way | undefined {
    let ports = this.#known.get(member);
    if (ports === undefined) {
      ports = new Map();
      this.#known.set(member, ports);
    }
    const known = ports.get(port);
    if (known !== undefined) return known;
    const dial = this.#network.dial(this.#from, member, port);
    if (!dial.allowed) return undefined;
    ports.set(port, dial);
    return dial;
  }

  /** To be called when nobody answered there: the member may have moved. */
  forget(member: Member): void {
    this.#known.delete(member);
  }
}
