import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../../twin/engines/free-port.ts';

const binary = join(
  import.meta.dirname,
  `../../../node_modules/@dynoxide/${process.platform}-${process.arch}/dynoxide`,
);

/** Whether this machine has the engine's package. */
export const hasDynamoDbEngine = existsSync(binary);

/** A DynamoDB that keeps nothing, on a port of this machine only. */
export class DynamoDbEngine {
  readonly #process: ChildProcess;
  readonly url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  static async start(): Promise<DynamoDbEngine> {
    const port = await freePort();
    const process = spawn(binary, ['serve', '--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
    while (!(await answers(port))) {
      if (process.exitCode !== null) throw new Error(`${binary} ended with ${process.exitCode} before it listened`);
    }
    return new DynamoDbEngine(process, `http://127.0.0.1:${port}`);
  }

  stop(): void {
    this.#process.kill();
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => setTimeout(() => resolve(false), 5));
    socket.once('connect', () => socket.destroy());
  });
}
