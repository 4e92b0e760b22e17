import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { TaskReport } from '../plan/task-network.ts';

/** Longer than any report; whoever sends more is no preload of ours. */
const LONGEST_REPORT = 4096;

/** Where the preloads of tasks report to; it lies in a folder only its user can open. */
export class ReportSocket {
  readonly path: string;
  readonly #server: Server;
  readonly #listeners = new Set<(report: TaskReport) => void>();

  private constructor(path: string) {
    this.path = path;
    this.#server = createServer((socket) => this.#read(socket));
  }

  static async open(path: string): Promise<ReportSocket> {
    rmSync(path, { force: true });
    const socket = new ReportSocket(path);
    await new Promise<void>((resolve, reject) => {
      socket.#server.once('error', reject);
      socket.#server.listen(path, resolve);
    });
    chmodSync(path, 0o600);
    return socket;
  }

  watch(listener: (report: TaskReport) => void): void {
    this.#listeners.add(listener);
  }

  close(): Promise<void> {
    return new Promise((resolve) => void this.#server.close(() => resolve()));
  }

  #read(socket: Socket): void {
    let text = '';
    socket.setEncoding('utf8').setTimeout(5000, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', (part: string) => {
      text += part;
      if (text.length > LONGEST_REPORT) socket.destroy();
    });
    socket.on('end', () => {
      for (const report of text.split('\n').flatMap(parsed)) for (const listener of this.#listeners) listener(report);
    });
  }
}

function parsed(line: string): TaskReport[] {
  try {
    return [JSON.parse(line) as TaskReport];
  } catch {
    return [];
  }
}
