import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

/** So many requests over so many connections that stay open, each sending its next once it has its answer. */
export interface Load {
  readonly port: number;
  /** As they go over the wire, blank lines included; sent in turn. */
  readonly requests: readonly string[];
  readonly count: number;
  /** @default 32 */
  readonly connections?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
}

/** What came of a load. */
export interface LoadResult {
  readonly seconds: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Milliseconds to an answer that half, 90 % and 99 % stayed under. */
  readonly latency: { readonly p50: number; readonly p90: number; readonly p99: number };
}

/** Generates load in a process of its own, so that what it costs is nobody else's. */
export class LoadGenerator {
  readonly #process = fork(import.meta.filename, { execArgv: ['--disable-warning=ExperimentalWarning'] });

  async run(load: Load): Promise<LoadResult> {
    this.#process.send(load);
    const [answer] = (await once(this.#process, 'message')) as [LoadResult | { readonly failure: string }];
    if ('failure' in answer) throw new Error(answer.failure);
    return answer;
  }

  stop(): void {
    this.#process.kill();
  }
}

/** Sends the load from this process. */
export async function sendLoad(load: Load): Promise<LoadResult> {
  const requests = load.requests.map((text) => Buffer.from(text, 'latin1'));
  const statuses: Record<string, number> = {};
  const latencies: number[] = [];
  let sent = 0;
  const next = (): Buffer | undefined => (sent < load.count ? requests[sent++ % requests.length] : undefined);
  const answered = (status: string, milliseconds: number): void => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    latencies.push(milliseconds);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: load.connections ?? 32 }, () => converse(load, next, answered)));
  const seconds = (performance.now() - began) / 1000;
  latencies.sort((one, other) => one - other);
  const under = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { seconds, statuses, latency: { p50: under(0.5), p90: under(0.9), p99: under(0.99) } };
}

/** One connection's part of a load. */
function converse(
  { port, host = '127.0.0.1' }: Load,
  next: () => Buffer | undefined,
  answered: (status: string, milliseconds: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, noDelay: true });
    let received = '';
    let sentAt = 0;
    const send = (): void => {
      const request = next();
      sentAt = performance.now();
      if (request === undefined) socket.end();
      else socket.write(request);
    };
    socket.once('connect', send);
    socket.once('error', reject);
    socket.once('close', () => (next() === undefined ? resolve() : reject(new Error('the server hung up'))));
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      received += chunk;
      const length = answerLength(received);
      if (length === undefined || received.length < length) return;
      answered(received.slice(9, 12), performance.now() - sentAt);
      received = received.slice(length);
      send();
    });
  });
}

/** Bytes of the answer that begins here; undefined while its headers are still coming. */
function answerLength(text: string): number | undefined {
  const headersEnd = text.indexOf('\r\n\r\n');
  if (headersEnd === -1) return undefined;
  const [, length] = /\r\ncontent-length: ?(\d+)/i.exec(text.slice(0, headersEnd)) ?? [];
  return headersEnd + 4 + Number(length ?? 0);
}

if (import.meta.main) {
  process.on('message', async (load: Load) => {
    const answer = await sendLoad(load).catch((error: Error) => ({ failure: error.message }));
    process.send!(answer);
  });
  process.on('disconnect', () => process.exit());
}
