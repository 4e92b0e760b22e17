import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../assembly/synthesize.ts';
import { certificateFor } from '../twin/aws/certificate.ts';
import { Child } from './child.ts';
import { commandOf, cpuOf, descendantsOf } from './process-meter.ts';

/** One way to the view, and the processes on it. */
export interface Side {
  readonly url: URL;
  readonly proxies: readonly number[];
  readonly tasks: readonly number[];
}

/** CPU so far of the processes on a way, in microseconds. */
export interface Cpu {
  readonly proxies: number;
  readonly tasks: number;
}

/** What the processes on this way have cost so far. */
export const cpuOn = ({ proxies, tasks }: Side): Cpu => ({ proxies: cpuOf(proxies), tasks: cpuOf(tasks) });

const composed = join(import.meta.dirname, 'composed');
const script = (name: string): string => join(composed, name);
const isTask = (pid: number): boolean => commandOf(pid).includes('main.js');

/**
 * A view composed of two calls, twice: on a twin, through API, balancer and Service Connect, and next to it the same hops
 * in bare node:http and undici.
 */
export class ComposedSystem {
  readonly raw: Side;
  /** The way to one part through a bare proxy with TLS. */
  readonly rawDoor: Side;
  readonly ours: Side;
  readonly #twin: Child;
  readonly #children: readonly Child[];
  readonly #folder: string;

  /** Starts both. @param profile folder for a CPU profile of the twin, by default none is taken */
  static async start(profile?: string): Promise<ComposedSystem> {
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-'));
    const assembly = await synthesize(composed, { output: join(folder, 'cdk.out'), env: { CDK_VALIDATION: 'false' } });
    const { key, cert } = certificateFor(['localhost'], join(folder, 'certificate'));
    const proxy = new Child(script('raw/proxy.ts'), [key, cert]);
    const [edge, toOrders, toCustomers, door] = await proxy.told<string[]>();
    const parts = [new Child(script('raw/part.ts')), new Child(script('raw/part.ts'))];
    const [[orders], [customers]] = (await Promise.all(parts.map((part) => part.told<string[]>()))) as [
      string[],
      string[],
    ];
    const view = new Child(script('raw/view.ts'), [toOrders!, toCustomers!]);
    const [viewUrl] = await view.told<string[]>();
    proxy.tell([viewUrl!, orders!, customers!]);

    const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const twin = new Child(script('twin.ts'), [assembly, join(folder, 'data')], flags);
    const url = await twin.told<string>();
    return new ComposedSystem({ folder, proxy, tasks: [...parts, view], twin, urls: [edge!, door!, url] });
  }

  private constructor({ folder, proxy, tasks, twin, urls }: Parts) {
    const raw = { proxies: [proxy.pid], tasks: tasks.map(({ pid }) => pid) };
    const [edge, door, ours] = urls.map((url) => new URL(url)) as [URL, URL, URL];
    this.raw = { url: edge, ...raw };
    this.rawDoor = { url: door, ...raw };
    this.ours = { url: ours, proxies: [twin.pid], tasks: descendantsOf(twin.pid).filter(isTask) };
    this.#twin = twin;
    this.#children = [proxy, ...tasks, twin];
    this.#folder = folder;
  }

  /** Runs a one-off task of the orders on the twin that says when it `begins` to count; its CPU of the twin from there. */
  async costOfTask(command: readonly string[]): Promise<number> {
    const said = await this.#twin.ask<string>(command);
    if (said !== 'begins') throw new Error(`the one-off task said '${said}' and did not begin; see what it wrote`);
    const before = cpuOf(this.ours.proxies);
    await this.#twin.told();
    return cpuOf(this.ours.proxies) - before;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Parts {
  readonly folder: string;
  readonly proxy: Child;
  readonly tasks: readonly Child[];
  readonly twin: Child;
  readonly urls: readonly string[];
}
