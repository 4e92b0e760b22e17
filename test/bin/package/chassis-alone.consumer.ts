import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Consumer, tarball } from './consumer.ts';

const settings = {
  MOSAIC_SERVICE: 'orders',
  MOSAIC_STAGE: 'test',
  PORT: '0',
  MOSAIC_REQUEST_TIMEOUT_MS: '5000',
  MOSAIC_DRAIN_MS: '5000',
};

describe('a service with the chassis alone', () => {
  let project: Consumer;

  beforeAll(() => {
    project = new Consumer(22).write({ 'package.json': { name: 'orders', private: true } });
    project.install(tarball(), 'typebox');
    project.copy('chassis-alone');
  });

  it('installs no CDK and no bundler', () => {
    for (const name of ['aws-cdk-lib', 'constructs', 'esbuild']) {
      expect([name, existsSync(join(project.folder, 'node_modules', name))]).toEqual([name, false]);
    }
  });

  it.each(['orders.mjs', 'orders.cjs'])('starts on Node 22 and answers: %s', async (file) => {
    const env = { ...project.environment(), ...settings };
    const service = spawn('node', [file], { cwd: project.folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => service.once('exit', resolve));
    try {
      const answer = await fetch(`http://127.0.0.1:${await portOf(service.stdout)}/orders`);
      expect(await answer.json()).toBe(3);
    } finally {
      service.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  });
});

/** The port a service says it listens on. */
async function portOf(output: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface(output)) {
    const { port } = JSON.parse(line) as { port?: number };
    if (port !== undefined) return port;
  }
  throw new Error('the service ended without listening');
}
