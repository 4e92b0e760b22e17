import type { Duplex } from 'node:stream';
import { Problem, type ProblemCode, problemCodes } from '../problem.ts';
import type { Log } from '../telemetry/log.ts';

/**
 * Answers input that is not HTTP, or too slow to become a request, and closes the connection. Its log line contains
 * nothing of the input.
 */
export function refuse(error: NodeJS.ErrnoException, socket: Duplex, log: Log): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const code = codes[error.code ?? ''] ?? 'malformed-request';
  const { status, title } = problemCodes[code];
  log.info(`refused a connection: ${title}`, { problem: code, status, reason: error.code });
  const body = JSON.stringify(new Problem(code).document());
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

const codes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow',
};
