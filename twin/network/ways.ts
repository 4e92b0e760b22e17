import type { Way } from './forwarder.ts';
import type { Member } from './member.ts';
import type { Network } from './network.ts';

/** Ways from one member to others that security groups allow, found once each; a way that is denied is asked for again. */
export class Ways {
  readonly #network: Network;
  readonly #from: Member;
  readonly #known = new WeakMap<Member, Map<number, Way>>();

  constructor(network: Network, from: Member) {
    this.#network = network;
    this.#from = from;
  }

  /** Where to connect; undefined where security groups forbid it, which is then reported. */
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

  /** Nobody answered there: it may have moved. */
  forget(member: Member): void {
    this.#known.delete(member);
  }
}
