import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeImageTools } from '../../../twin/images/image-tools.ts';

let folder: string;
let server: Server;
let base: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tools-'));
  server = createServer((request, response) => {
    if (request.url === '/slow') return;
    if (request.url === '/moved') response.writeHead(302, { location: '/fine' });
    else response.statusCode = request.url === '/fine' ? 200 : 500;
    response.end(`${request.method} ${request.headers['x-who'] ?? ''}`);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(variant: 'full' | 'slim' | 'alpine', ...command: string[]): Promise<[number | null, string]> {
  const tools = writeImageTools(folder)(variant);
  const child = spawn(command[0]!, command.slice(1), {
    env: { PATH: `${tools}:${dirname(process.execPath)}:/bin:/usr/bin` },
  });
  let out = '';
  child.stdout.on('data', (text) => (out += text));
  return new Promise((resolve) => child.on('close', (code) => resolve([code, out])));
}

describe('the tools of an image', () => {
  it.each([
    [['curl', '-f', '/fine'], 0, 'GET '],
    [['curl', '-fsSo/dev/null', '--max-time=5', '/fine'], 0, ''],
    [['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '/none'], 0, '500'],
    [['curl', '--fail', '/none'], 22, ''],
    [['curl', '-fL', '-H', 'X-Who: me', '/moved'], 0, 'GET me'],
    [['curl', '-I', '/fine'], 0, ''],
    [['curl', '-d', 'a=1', '/fine'], 0, 'POST '],
    [['curl', '-m', '0.1', '/slow'], 28, ''],
    [['curl', '--unheard-of', '/fine'], 2, ''],
    [['wget', '-q', '--spider', '/fine'], 0, ''],
    [['wget', '-qO-', '/fine'], 0, 'GET '],
    [['wget', '--no-verbose', '--tries=1', '--spider', '/none'], 8, ''],
  ])('do what they do elsewhere: %j', async (command, code, out) => {
    const url = `http://${base}${command.at(-1)}`;
    expect(await run('full', ...command.slice(0, -1), url)).toEqual([code, out]);
  });

  it('say by their exit code that nobody listens', async () => {
    expect((await run('full', 'curl', 'http://127.0.0.1:1/'))[0]).toBe(7);
    expect((await run('alpine', 'wget', '-q', 'http://127.0.0.1:1/'))[0]).toBe(4);
  });

  it('are missing where the image has none', async () => {
    expect((await run('slim', 'curl', base))[0]).toBe(127);
    expect((await run('slim', 'wget', base))[0]).toBe(127);
    expect((await run('alpine', 'curl', base))[0]).toBe(127);
  });
});
