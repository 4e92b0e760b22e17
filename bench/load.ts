import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';
import { Child } from './child.ts';
import { quantile } from './statistics.ts';

/** A number of requests over connections that stay open. */
export interface Load {
  readonly port: number;
  /** As they go over the wire, blank lines included; sent in turn. */
  readonly requests: readonly string[];
  readonly count: number;
  /** @default 32 */
  readonly connections?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** Whether to speak TLS, with any certificate. @default false */
  readonly secure?: boolean;
  /**
   * Period in which each connection sends a request. Latency counts from when a request is due, so a request delayed by
   * a late answer before it counts the delay. @default - each sends its next once it has its answer
   */
  readonly everyMs?: number;
  /**
   * Whether it never sleeps: a server that answers one who does pays for waking it, the slower one more often.
   * @default false
   */
  readonly awake?: boolean;
}

/** The result of a load. */
export interface LoadResult {
  readonly seconds: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Milliseconds within which 50 %, 90 % and 99 % were answered. */
  readonly latency: { readonly p50: number; readonly p90: number; readonly p99: number };
}

/** Generates load in a process of its own, so that its CPU is not counted with anybody else's. */
export class LoadGenerator {
  readonly #child = new Child(import.meta.filename);

  get pid(): number {
    return this.#child.pid;
  }

  async run(load: Load): Promise<LoadResult> {
    const answer = await this.#child.ask<LoadResult | { readonly failure: string }>(load);
    if ('failure' in answer) throw new Error(answer.failure);
    return answer;
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}

/** Open connections by target, kept for the next load, because opening them is not what is measured. */
type Waiting = Map<string, Conversation[]>;

/** Sends the load from this process. */
async function sendLoad(load: Load, waiting: Waiting): Promise<LoadResult> {
  const { port, host = '127.0.0.1', secure = false, connections = 32, count, everyMs, awake = false } = load;
  const requests = load.requests.map((text) => Buffer.from(text, 'latin1'));
  const statuses: Record<string, number> = {};
  const latencies: number[] = [];
  let sent = 0;
  const next = (): Buffer | undefined => (sent < count ? requests[sent++ % requests.length] : undefined);
  const answered = (status: string, milliseconds: number): void => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    latencies.push(milliseconds);
  };

  const where = `${host}:${port}`;
  const kept = (waiting.get(where) ?? []).filter((one) => one.open).slice(0, connections);
  while (kept.length < connections) kept.push(new Conversation(port, host, secure));
  waiting.set(where, kept);
  const began = performance.now();
  let over = false;
  const stayAwake = (): void => {
    if (!over) setImmediate(stayAwake);
  };
  if (awake) stayAwake();
  const paced = async (one: Conversation, ms: number, offset: number): Promise<void> => {
    let request = next();
    for (let due = began + offset; request !== undefined; due += ms) {
      await sleep(Math.max(0, due - performance.now()));
      const sentAt = performance.now();
      const requests = [request];
      await one.converse(
        () => requests.pop(),
        (status) => answered(status, performance.now() - Math.min(due, sentAt)),
      );
      request = next();
    }
  };
  try {
    await Promise.all(
      kept.map((one, index) =>
        everyMs === undefined ? one.converse(next, answered) : paced(one, everyMs, (everyMs * index) / connections),
      ),
    );
  } finally {
    over = true;
  }
  const seconds = (performance.now() - began) / 1000;
  const under = (share: number): number => quantile(latencies, share);
  return { seconds, statuses, latency: { p50: under(0.5), p90: under(0.9), p99: under(0.99) } };
}

/** One connection and its share of each load. */
class Conversation {
  readonly #socket: Socket;
  #received = '';
  #sentAt = 0;
  #next: () => Buffer | undefined = () => undefined;
  #answered: (status: string, milliseconds: number) => void = () => {};
  #over: (error?: Error) => void = () => {};

  constructor(port: number, host: string, secure: boolean) {
    const socket = secure ? connectSecurely({ port, host, rejectUnauthorized: false }) : connect({ port, host });
    this.#socket = socket.setNoDelay().setEncoding('latin1');
    this.#socket.on('data', (chunk: string) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#over(error));
    this.#socket.on('close', () => this.#over(new Error('the server hung up')));
  }

  get open(): boolean {
    return !this.#socket.destroyed && this.#socket.readyState === 'open';
  }

  converse(next: () => Buffer | undefined, answered: (status: string, milliseconds: number) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#next = next;
      this.#answered = answered;
      this.#over = (error) => {
        this.#over = () => {};
        if (error === undefined) resolve();
        else reject(error);
      };
      this.#send();
    });
  }

  #send(): void {
    const request = this.#next();
    this.#sentAt = performance.now();
    if (request === undefined) this.#over();
    else this.#socket.write(request);
  }

  #take(chunk: string): void {
    this.#received += chunk;
    const length = answerLength(this.#received);
    if (length === undefined || this.#received.length < length) return;
    this.#answered(this.#received.slice(9, 12), performance.now() - this.#sentAt);
    this.#received = this.#received.slice(length);
    this.#send();
  }
}

/** Length in bytes of the answer at the start of the text; undefined while its headers are incomplete. */
function answerLength(text: string): number | undefined {
  const headersEnd = text.indexOf('\r\n\r\n');
  if (headersEnd === -1) return undefined;
  const [, length] = /\r\ncontent-length: ?(\d+)/i.exec(text.slice(0, headersEnd)) ?? [];
  return headersEnd + 4 + Number(length ?? 0);
}

if (import.meta.main) {
  const waiting: Waiting = new Map();
  process.on('message', async (load: Load) => {
    const answer = await sendLoad(load, waiting).catch((error: Error) => ({ failure: error.message }));
    process.send!(answer);
  });
  process.on('disconnect', () => process.exit());
}
