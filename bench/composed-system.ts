import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../assembly/synthesize.ts';
import { urlVariable } from '../contract/environment.ts';
import { certificateFor } from '../twin/aws/certificate.ts';
import { Child } from './child.ts';
import { MeasuredProcess } from './measured-process.ts';
import { commandOf, cpuOf, descendantsOf } from './process-meter.ts';

/** One route to the view and the processes on it. */
export interface Side {
  readonly url: URL;
  readonly proxies: readonly number[];
  readonly tasks: readonly number[];
}

/** CPU that the processes on a route have used so far, in microseconds. */
export interface Cpu {
  readonly proxies: number;
  readonly tasks: number;
}

/** Reads what the processes on this route have used so far. */
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
  /** The route to one part through a bare proxy with TLS. */
  readonly rawDoor: Side;
  readonly ours: Side;
  readonly #twin: Child;
  readonly #children: readonly (Child | MeasuredProcess)[];
  readonly #folder: string;

  /** Starts both. @param profile folder for a CPU profile of the twin, by default none */
  static async start(profile?: string): Promise<ComposedSystem> {
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-'));
    const assembly = await synthesize(composed, { output: join(folder, 'cdk.out'), env: { CDK_VALIDATION: 'false' } });
    const { key, cert } = certificateFor(['localhost'], join(folder, 'certificate'));
    const proxy = new Child(script('raw/proxy.ts'), { args: [key, cert] });
    const [edge, toOrders, toCustomers, door] = await proxy.told<[string, string, string, string]>();
    const orders = await MeasuredProcess.start(script('raw/part.ts'));
    const customers = await MeasuredProcess.start(script('raw/part.ts'));
    const environment = { [urlVariable('orders')]: toOrders, [urlVariable('customers')]: toCustomers };
    const view = await MeasuredProcess.start(script('raw/view.ts'), { environment });
    const tasks = [orders, customers, view];
    proxy.tell([view.url, orders.url, customers.url]);

    const execArgv = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const twin = new Child(script('twin.ts'), { args: [assembly, join(folder, 'data')], execArgv });
    const url = await twin.told<string>();
    return new ComposedSystem({ folder, proxy, tasks, twin, urls: [edge, door, url] });
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

  /** Runs a one-off task of the orders on the twin; resolves with the twin's CPU from when the task says `begins`. */
  async costOfTask(command: readonly string[]): Promise<number> {
    const said = await this.#twin.ask<string>(command);
    if (said !== 'begins') throw new Error(`the one-off task must say 'begins', got '${said}'; see its stderr`);
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
  readonly tasks: readonly MeasuredProcess[];
  readonly twin: Child;
  readonly urls: readonly string[];
}
