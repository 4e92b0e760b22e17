import { createServer, type Server, type Socket } from 'node:net';
import { closed, listenOnSocket } from '../local-server.ts';
import type { TaskReport } from './task-network.ts';

/** Longer than any report of our preloads. */
const LONGEST_REPORT = 4096;

/** The socket to which the preloads of tasks report; only its user can open it. */
export class ReportSocket {
  readonly path: string;
  readonly #server: Server;
  readonly #listeners = new Set<(report: TaskReport) => void>();

  private constructor(path: string) {
    this.path = path;
    this.#server = createServer((socket) => this.#read(socket));
  }

  static async open(path: string): Promise<ReportSocket> {
    const socket = new ReportSocket(path);
    await listenOnSocket(socket.#server, path);
    return socket;
  }

  watch(listener: (report: TaskReport) => void): void {
    this.#listeners.add(listener);
  }

  close(): Promise<void> {
    return closed(this.#server);
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
