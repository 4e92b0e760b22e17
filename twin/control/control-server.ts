import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Controlled, DenialRequest, LogRequest, RunRequest } from './controlled.ts';
import { privateFolder } from './private-folder.ts';
import { announceTwin, findRunningTwin } from './running-twin.ts';

type Answer = (body: unknown, response: ServerResponse, gone: AbortSignal) => Promise<void> | void;

/**
 * Opens the socket a twin is steered through: HTTP, one JSON value in and one, or a line each, out. Only its user can
 * open the socket, so nothing here asks who is calling. A data folder has one twin: where one runs already this fails.
 */
export async function openControl(twin: Controlled, dataFolder: string): Promise<{ close(): Promise<void> }> {
  const running = await findRunningTwin(dataFolder);
  if (running)
    throw new Error(
      `a twin already runs on ${dataFolder} (pid ${running.pid}); end it with 'mosaic down', or name another folder with --data`,
    );
  const socket = join(privateFolder(dataFolder), 'control.sock');
  const answers = answersOf(twin);
  const server = createServer((request, response) => {
    answer(answers, request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(`${JSON.stringify({ error: error.message })}\n`);
    });
  });
  // Left by a twin that was killed: nobody answers there any more.
  rmSync(socket, { force: true });
  await listen(server, socket);
  chmodSync(socket, 0o600);
  const withdraw = announceTwin(dataFolder, { pid: process.pid, socket });
  return {
    close: async () => {
      withdraw();
      // Whoever asked it to go down still waits for the answer, so connections end by themselves.
      server.close();
      server.closeIdleConnections();
    },
  };
}

function answersOf(twin: Controlled): Record<string, Answer> {
  return {
    status: async (_, response) => lines(response, [await twin.status()]),
    logs: (body, response, gone) => lines(response, twin.logs(body as LogRequest, gone)),
    denials: (body, response, gone) => lines(response, twin.denials(body as DenialRequest, gone)),
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
}

const listen = (server: Server, socket: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });

async function answer(
  answers: Record<string, Answer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const found = answers[(request.url ?? '').slice(1)];
  if (!found)
    throw new Error(`nothing is asked by ${request.url}; the command and the twin differ in version, restart the twin`);
  const body: Buffer[] = [];
  for await (const chunk of request) body.push(chunk as Buffer);
  await found(body.length ? JSON.parse(Buffer.concat(body).toString()) : {}, response, gone.signal);
}

async function lines(response: ServerResponse, values: Iterable<unknown> | AsyncIterable<unknown>): Promise<void> {
  response.flushHeaders();
  for await (const value of values) response.write(`${JSON.stringify(value)}\n`);
  response.end();
}
