import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { Denial } from '../report/denial.ts';
import type { Status } from '../report/status.ts';
import type { LogEntry } from '../tasks/log-store.ts';
import type { Controlled } from './controlled.ts';

/** A running twin, controlled through its socket. */
export function controlClient(socket: string): Controlled {
  return {
    async status() {
      for await (const status of ask<Status>(socket, 'status', {})) return status;
      throw new Error('the twin gave no status: it is stopping');
    },
    async run(body, output, signal) {
      for await (const said of ask<{ stdout?: string; stderr?: string; exit?: number }>(socket, 'run', body, signal)) {
        if (said.stdout !== undefined) output.stdout(said.stdout);
        if (said.stderr !== undefined) output.stderr(said.stderr);
        if (said.exit !== undefined) return said.exit;
      }
      throw new Error('the twin stopped before the task ended');
    },
    logs: (body, signal) => ask<LogEntry>(socket, 'logs', body, signal),
    denials: (body, signal) => ask<Denial>(socket, 'denials', body, signal),
    async down() {
      // The twin's process may be gone before its answer is.
      const ended = (error: NodeJS.ErrnoException): void => {
        if (error.code !== 'ECONNRESET') throw error;
      };
      for await (const _ of ask(socket, 'down', {}, undefined, ended));
    },
  };
}

async function* ask<T>(
  socket: string,
  what: string,
  body: unknown,
  signal?: AbortSignal,
  failed = (error: Error): void => {
    if (!signal?.aborted) throw error;
  },
): AsyncGenerator<T> {
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request(
        { socketPath: socket, path: `/${what}`, method: 'POST', ...(signal && { signal }) },
        resolve,
      );
      asked.once('error', reject);
      asked.end(JSON.stringify(body));
    });
    for await (const line of createInterface({ input: response })) {
      const value = JSON.parse(line) as T;
      if (response.statusCode !== 200) throw new Error((value as { error: string }).error);
      yield value;
    }
  } catch (error) {
    failed(error as Error);
  }
}
