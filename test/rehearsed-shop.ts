import type { TaskStatus } from '../twin/report/status.ts';
import type { Twin } from '../twin/twin.ts';
import { rehearse, synthesized } from './rehearsal.ts';

/** One line of a service's log. */
export interface LogLine {
  /** When the twin got it, in milliseconds since 1970. */
  readonly at: number;
  readonly task: string;
  readonly msg?: string;
  readonly status?: number;
  readonly traceId?: string;
  readonly correlationId?: string;
  /** Set on lines that report that a breaker opened or closed. */
  readonly breaker?: string;
  /** Set on lines that CloudWatch reads metrics from. */
  readonly _aws?: object;
}

const SILENT = { stdout: () => {}, stderr: () => {} };
const NEVER = new AbortController().signal;
const ALL_LINES = 1e6;

/** The blueprint's shop on a twin, with its products, and the faults a test can cause. */
export class RehearsedShop {
  readonly twin: Twin;
  readonly url: string;
  readonly #frozen = new Set<number>();

  private constructor(twin: Twin) {
    this.twin = twin;
    this.url = Object.values(twin.status().urls)[0]!;
  }

  /** @param assembly by default the shop as it is */
  static async start(stage: 'dev' | 'prod', assembly?: string): Promise<RehearsedShop> {
    const twin = await rehearse(assembly ?? (await synthesized()), { stage });
    const ended = await twin.run({ service: 'catalog', command: ['node', 'seed.js'] }, SILENT, NEVER);
    if (ended !== 0)
      throw new Error(`the catalog's seed must end with exit code 0, got ${ended}; see the logs of the twin`);
    return new RehearsedShop(twin);
  }

  healthy(service: string): readonly TaskStatus[] {
    return this.#tasks(service).filter(({ state }) => state === 'healthy');
  }

  /** Freezes every task of a service: connections are accepted, but nothing is answered. */
  stall(service: string): void {
    for (const { pid } of this.#tasks(service)) this.freeze(pid!);
  }

  /** Freezes a process and everything in its process group. */
  freeze(pid: number): void {
    process.kill(-pid, 'SIGSTOP');
    this.#frozen.add(pid);
  }

  /** Resumes what was frozen. */
  resume(): void {
    for (const pid of this.#frozen) {
      try {
        process.kill(-pid, 'SIGCONT');
      } catch {
        // It has been killed meanwhile.
      }
    }
    this.#frozen.clear();
  }

  /** What a service has written, oldest first. */
  async lines(service: string): Promise<readonly LogLine[]> {
    const lines: LogLine[] = [];
    for await (const { at, task, line } of this.twin.logs({ service, last: ALL_LINES }, NEVER)) {
      lines.push({ ...(JSON.parse(line) as object), at: Date.parse(at), task });
    }
    return lines;
  }

  async down(): Promise<void> {
    this.resume();
    await this.twin.down();
  }

  #tasks(service: string): readonly TaskStatus[] {
    return this.twin.status().services.find(({ name }) => name === service)!.tasks;
  }
}
