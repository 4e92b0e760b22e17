import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from '../../system/system.ts';
import { closed } from '../local-server.ts';
import { writePlainScripts } from '../plain-scripts.ts';
import { privateFolder } from '../private-folder.ts';
import type { Denial } from '../report/denial.ts';
import { type Addresses, AddressPlan, firstBlock, nextBlock } from './address-plan.ts';
import { hold, loopbackAddresses } from './loopback.ts';
import { LoopbackNetwork } from './loopback-network.ts';
import type { Network } from './network.ts';
import { ReportSocket } from './report-socket.ts';

export interface NetworkOptions {
  readonly system: System;
  /** The twin's data folder: it decides the twin's addresses and holds the files tasks read. */
  readonly folder: string;
  /** Called for every connection that was refused. */
  readonly denied: (denial: Denial) => void;
  /** Whether tasks have loopback addresses of their own. @default - whether this machine's loopback has them */
  readonly addresses?: Addresses;
}

/** Opens the network of a twin; no two twins share an address and port. */
export async function openNetwork({ system, folder, denied, addresses }: NetworkOptions): Promise<Network> {
  const { plan, release } = await claimBlock(addresses ?? (await loopbackAddresses()), folder);
  const files = join(folder, 'network');
  rmSync(files, { recursive: true, force: true });
  mkdirSync(files, { recursive: true });
  const scripts = writePlainScripts(join(import.meta.dirname, 'preload'), join(files, 'preload'));
  const preload = join(scripts, 'network.cjs');
  const reports = await ReportSocket.open(join(privateFolder(folder), 'network.sock'));
  return new LoopbackNetwork({ system, plan, reports, files, preload, denied, release });
}

/** Claims the folder's own block of addresses and ports, or the next one that no other twin holds. */
async function claimBlock(addresses: Addresses, folder: string) {
  const first = firstBlock(folder);
  let block = first;
  do {
    const plan = new AddressPlan(addresses, block);
    const claim = await hold(plan.claim);
    if (claim) return { plan, release: () => closed(claim) };
    block = nextBlock(block);
  } while (block !== first);
  throw new Error(
    `no loopback address is free for the twin (tried ${new AddressPlan(addresses, first).claim[0]} and on)`,
  );
}
