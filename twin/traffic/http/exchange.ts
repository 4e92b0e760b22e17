import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/**
 * A request and its answer on their way through the twin's own servers. Each server may change how the next one sees
 * the request; body and answer pass through untouched.
 */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Address from which the server that holds it now received it. */
  client: string;
  method: string;
  /** Path and query. */
  path: string;
  /** By lower-case name; without those that concern a single connection. */
  readonly headers: Record<string, string | string[] | undefined>;
  /** Protocol the client asks to switch to: `websocket`. */
  upgrade: string | undefined;
  /** Headers that every answer carries, whichever server gives it; undefined removes a header. */
  readonly stamp: Record<string, string | undefined>;
  /** Largest body the server before this one lets in. */
  maxBody: number;
}

/** A request as it arrives at the first server. */
export const openExchange = (request: IncomingMessage, response: ServerResponse): Exchange => ({
  request,
  response,
  client: request.socket.remoteAddress ?? '127.0.0.1',
  method: request.method!,
  path: request.url!,
  headers: endToEnd(request.headers),
  upgrade: request.headers.upgrade,
  stamp: {},
  maxBody: Number.POSITIVE_INFINITY,
});

/** The path of a request target. */
export const pathOf = (target: string): string => {
  const end = target.indexOf('?');
  return end < 0 ? target : target.slice(0, end);
};

/** The query of a request target, without its question mark; empty if it has none. */
export const queryOf = (target: string): string => {
  const start = target.indexOf('?');
  return start < 0 ? '' : target.slice(start + 1);
};

/** Starts the answer; false if it was started or given up before. */
export const answer = (exchange: Exchange, status: number, headers: OutgoingHttpHeaders): boolean => {
  const { response, stamp } = exchange;
  if (response.headersSent || response.destroyed) return false;
  const sent = endToEnd(headers);
  for (const name in stamp) {
    if (stamp[name] === undefined) delete sent[name];
    else sent[name] = stamp[name];
  }
  response.writeHead(status, sent);
  return true;
};

/** Sends a whole answer of the twin's own, unless another one was started before. */
export const respond = (
  exchange: Exchange,
  status: number,
  contentType: string,
  body: string,
  headers: OutgoingHttpHeaders = {},
): void => {
  const described = { ...headers, 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
  if (answer(exchange, status, described)) exchange.response.end(body);
};

/** Limits how long an exchange may take: then `late` may answer, or an answer that was started is cut off. */
export const limit = (exchange: Exchange, ms: number, late: () => void): void => {
  const { response } = exchange;
  const timer = setTimeout(() => (response.headersSent ? response.destroy() : late()), ms);
  response.once('close', () => clearTimeout(timer));
};

/** Whether a body follows the headers. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

const ONE_CONNECTION = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const endToEnd = <T>(headers: Readonly<Record<string, T>>): Record<string, T> => {
  const kept: Record<string, T> = {};
  for (const name in headers) if (!ONE_CONNECTION.has(name)) kept[name] = headers[name] as T;
  const listed = headers.connection;
  if (typeof listed === 'string' && !USUAL.test(listed)) {
    for (const name of listed.toLowerCase().split(',')) delete kept[name.trim()];
  }
  return kept;
};

const USUAL = /^(keep-alive|close|upgrade)$/i;
