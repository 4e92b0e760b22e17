import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { closed, listenOnPort, listenOnSocket } from '../../twin/local-server.ts';

it('opens a free port of 127.0.0.1, and fails on a port that is taken', async () => {
  const [first, second] = [createServer(), createServer()];
  const port = await listenOnPort(first);
  expect(first.address()).toMatchObject({ address: '127.0.0.1', port });
  await expect(listenOnPort(second, port)).rejects.toThrow('EADDRINUSE');
  await closed(first);
  expect(await listenOnPort(second, port)).toBe(port);
  await closed(second);
});

it('opens a socket for its user alone, in place of what was left there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'socket-'));
  const path = join(folder, 'twin.sock');
  writeFileSync(path, 'left');
  const server = createServer((socket) => socket.end('hello'));
  await listenOnSocket(server, path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const [said] = await once(connect(path), 'data');
  expect(String(said)).toBe('hello');
  await closed(server);
  rmSync(folder, { recursive: true });
});

it('cuts off an HTTP client that still waits for its answer', async () => {
  const server = createHttpServer(() => {});
  const port = await listenOnPort(server);
  const arrived = once(server, 'request');
  const answer = fetch(`http://127.0.0.1:${port}`).then(
    () => 'answered',
    () => 'cut off',
  );
  await arrived;
  await closed(server);
  expect(await answer).toBe('cut off');
});
