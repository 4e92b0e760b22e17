import { createHash } from 'node:crypto';
import type { Endpoint } from './endpoint.ts';

/** Whether each task can have a loopback address of its own (Linux) or all share 127.0.0.1 (a Mac). */
export type Addresses = 'own' | 'shared';

const FIRST_BLOCK = 8;
const BLOCKS = 243;
/** Below the ports that operating systems hand out by themselves. */
const [FIRST_PORT, LAST_PORT] = [10_240, 32_767];
const PORTS_PER_BLOCK = Math.floor((LAST_PORT - FIRST_PORT + 1) / BLOCKS);
/** Ordinary users may not open ports below this one. */
const FIRST_UNPRIVILEGED_PORT = 1024;
/** Such ports move up by this much: 80 is 20080, easily recognised. */
const PRIVILEGED_PORTS_FROM = 20_000;

/** The block of addresses and ports that a data folder tries first; two folders rarely have the same one. */
export function firstBlock(folder: string): number {
  return FIRST_BLOCK + (createHash('sha256').update(folder).digest().readUInt32BE() % BLOCKS);
}

/** The block to try when another twin holds this one. */
export const nextBlock = (block: number): number => FIRST_BLOCK + ((block - FIRST_BLOCK + 1) % BLOCKS);

/** Hands out addresses, and says where their endpoints really are. Opens nothing itself. */
export class AddressPlan {
  readonly addresses: Addresses;
  readonly #block: number;
  readonly #taken = new Set<string>();
  readonly #ports = new Map<number, string>();
  #lastAddress = 1;
  #lastPort: number;

  constructor(addresses: Addresses, block: number) {
    this.addresses = addresses;
    this.#block = block;
    this.#lastPort = this.claim[1];
  }

  /** The twin that listens here holds the block. */
  get claim(): Endpoint {
    const port = FIRST_PORT + (this.#block - FIRST_BLOCK) * PORTS_PER_BLOCK;
    return [this.addresses === 'own' ? this.#address(1) : '127.0.0.1', port];
  }

  /** A free address; one that was given back is used again only when no fresh one is left. */
  take(): string {
    do this.#lastAddress = (this.#lastAddress % 0xfffd) + 1;
    while (this.#lastAddress === 1 || this.#taken.has(this.#address(this.#lastAddress)));
    const address = this.#address(this.#lastAddress);
    this.#taken.add(address);
    return address;
  }

  /** Gives back an address and all places of its endpoints. */
  release(address: string): void {
    this.#taken.delete(address);
    for (const [port, owner] of this.#ports) if (owner === address) this.#ports.delete(port);
  }

  /** Whether an endpoint with this port can't be where the application says it is. */
  moves(port: number): boolean {
    return this.addresses === 'shared' || port < FIRST_UNPRIVILEGED_PORT;
  }

  /** A place for an endpoint that moves; where tasks share an address, a new one at each call. */
  place(address: string, port: number): Endpoint {
    if (this.addresses === 'own') return [address, PRIVILEGED_PORTS_FROM + port];
    do this.#lastPort = this.#lastPort === LAST_PORT ? FIRST_PORT + 1 : this.#lastPort + 1;
    while (this.#ports.has(this.#lastPort));
    this.#ports.set(this.#lastPort, address);
    return ['127.0.0.1', this.#lastPort];
  }

  #address(number: number): string {
    return `127.${this.#block}.${number >> 8}.${number & 0xff}`;
  }
}
