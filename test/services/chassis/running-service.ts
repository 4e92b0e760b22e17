import { connect, type Socket } from 'node:net';
import { Service } from '../../../services/chassis/process/service.ts';
import type { ServiceSettings } from '../../../services/chassis/process/settings.ts';
import type { Operations } from '../../../services/chassis/route.ts';
import { exampleHandlers, exampleRoutes } from './example-service.ts';
import { testRuntime } from './test-runtime.ts';

const settings: ServiceSettings = {
  service: 'example',
  stage: 'test',
  port: 0,
  requestTimeoutMs: 5_000,
  keepAliveMs: 60_000,
  drainMs: 20_000,
};

/** The example service on a port of this machine only. */
export async function startExample(
  own: Partial<Operations<typeof exampleRoutes>> = {},
  { runtime = testRuntime(), ...times }: Partial<ServiceSettings> & { runtime?: ReturnType<typeof testRuntime> } = {},
) {
  const service = new Service({
    settings: { ...settings, ...times },
    routes: exampleRoutes,
    handlers: exampleHandlers(own),
    runtime,
  });
  const port = await service.listen('127.0.0.1');
  return { service, port, baseUrl: `http://127.0.0.1:${port}`, lines: runtime.lines };
}

/** A connection on which a test writes what it likes. */
export class RawConnection {
  readonly #socket: Socket;
  readonly closed: Promise<void>;
  received = '';

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk) => {
      this.received += chunk;
    });
    this.#socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
  }

  /** Resolves once the other side has taken the connection; rejects if it doesn't. */
  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('connect', resolve);
      this.#socket.once('error', reject);
    });
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** Resolves once what came back matches. */
  async receives(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      await new Promise<void>((resolve, reject) => {
        this.#socket.once('data', () => resolve());
        this.#socket.once('close', () => reject(new Error(`closed after: ${this.received}`)));
      });
    }
    return this.received;
  }

  stopReading(): void {
    this.#socket.pause();
  }

  goOnReading(): void {
    this.#socket.resume();
  }

  leave(): void {
    this.#socket.destroy();
  }
}
