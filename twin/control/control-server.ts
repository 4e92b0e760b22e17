import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { listenOnSocket } from '../local-server.ts';
import { privateFolder } from '../private-folder.ts';
import type { Controlled, DenialRequest, LogRequest, RunRequest } from './controlled.ts';
import { announceTwin, findRunningTwin } from './running-twin.ts';

type Answer = (body: unknown, response: ServerResponse, gone: AbortSignal) => Promise<void> | void;

/**
 * Opens the socket through which a twin is controlled: HTTP, with one JSON value in, and one value or one per line out.
 * Only its user can open the socket, so callers are not authenticated. Fails if a twin already runs on the data folder.
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
  await listenOnSocket(server, socket);
  const withdraw = announceTwin(dataFolder, { pid: process.pid, socket });
  return {
    close: async () => {
      withdraw();
      // The client that asked for the end still waits for its answer, so connections end by themselves.
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

async function answer(
  answers: Record<string, Answer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const found = answers[(request.url ?? '').slice(1)];
  if (!found)
    throw new Error(`the twin does not know ${request.url}; its version differs from the command's, restart the twin`);
  const body: Buffer[] = [];
  for await (const chunk of request) body.push(chunk as Buffer);
  await found(body.length ? JSON.parse(Buffer.concat(body).toString()) : {}, response, gone.signal);
}

async function lines(response: ServerResponse, values: Iterable<unknown> | AsyncIterable<unknown>): Promise<void> {
  response.flushHeaders();
  for await (const value of values) response.write(`${JSON.stringify(value)}\n`);
  response.end();
}
