import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Controlled, LogRequest, RunRequest } from './controlled.ts';

type Answer = (body: unknown, response: ServerResponse, gone: AbortSignal) => Promise<void> | void;

/**
 * Opens the socket a twin is steered through: HTTP, one JSON value in and one, or a line each, out. Only its user can
 * open the socket, so nothing here asks who is calling.
 */
export async function openControl(twin: Controlled, socket: string): Promise<{ close(): Promise<void> }> {
  const answers: Record<string, Answer> = {
    status: async (_, response) => lines(response, [await twin.status()]),
    logs: (body, response, gone) => lines(response, twin.logs(body as LogRequest, gone)),
    denials: (body, response, gone) => lines(response, twin.denials((body as { follow: boolean }).follow, gone)),
    run: async (body, response, gone) => {
      const say = (value: unknown): unknown => response.write(`${JSON.stringify(value)}\n`);
      const output = { stdout: (stdout: string) => say({ stdout }), stderr: (stderr: string) => say({ stderr }) };
      say({ exit: await twin.run(body as RunRequest, output, gone) });
      response.end();
    },
    down: async (_, response) => {
      await twin.down();
      response.end('{}\n');
    },
  };
  const server = createServer((request, response) => {
    answer(answers, request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(`${JSON.stringify({ error: error.message })}\n`);
    });
  });
  rmSync(socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  chmodSync(socket, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function answer(answers: Record<string, Answer>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const found = answers[(request.url ?? '').slice(1)];
  if (!found) throw new Error(`nothing is asked by ${request.url}; the command and the twin differ in version, restart the twin`);
  const body: Buffer[] = [];
  for await (const chunk of request) body.push(chunk as Buffer);
  await found(body.length ? JSON.parse(Buffer.concat(body).toString()) : {}, response, gone.signal);
}

async function lines(response: ServerResponse, values: Iterable<unknown> | AsyncIterable<unknown>): Promise<void> {
  response.flushHeaders();
  for await (const value of values) response.write(`${JSON.stringify(value)}\n`);
  response.end();
}
