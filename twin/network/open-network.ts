import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from '../../system/system.ts';
import { privateFolder } from '../control/private-folder.ts';
import { writePlainScripts } from '../plain-scripts.ts';
import { type Addresses, AddressPlan, firstBlock, nextBlock } from '../plan/address-plan.ts';
import type { Denial } from '../report/denial.ts';
import { hold, loopbackAddresses } from './loopback.ts';
import { LoopbackNetwork } from './loopback-network.ts';
import type { Network } from './network.ts';
import { ReportSocket } from './report-socket.ts';

export interface NetworkOptions {
  readonly system: System;
  /** The twin's data folder: it decides the twin's addresses and holds the files tasks read. */
  readonly folder: string;
  /** Hears of every connection that was refused. */
  readonly denied: (denial: Denial) => void;
  /** Whether tasks have loopback addresses of their own. @default - what this machine's loopback has */
  readonly addresses?: Addresses;
}

/** Opens the network of a twin; two twins never meet. */
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

/** Takes the folder's own block of addresses and ports, or the next one no other twin holds. */
async function claimBlock(addresses: Addresses, folder: string) {
  const first = firstBlock(folder);
  let block = first;
  do {
    const plan = new AddressPlan(addresses, block);
    const claim = await hold(plan.claim);
    if (claim) return { plan, release: () => new Promise<void>((resolve) => void claim.close(() => resolve())) };
    block = nextBlock(block);
  } while (block !== first);
  throw new Error(
    `no loopback address is free for the twin (tried ${new AddressPlan(addresses, first).claim[0]} and on)`,
  );
}
