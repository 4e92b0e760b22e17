import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PreparedImage } from '../../../twin/images/image-store.ts';
import { machinePath } from '../../../twin/images/machine-programs.ts';
import { containerCommand, localCommand } from '../../../twin/tasks/container-command.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'root-'));
  mkdirSync(join(root, 'app/bin'), { recursive: true });
  writeFileSync(join(root, 'app/server.js'), '');
  writeFileSync(join(root, 'app/start.sh'), '#!/bin/sh');
  chmodSync(join(root, 'app/start.sh'), 0o755);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const image = (entryPoint: string[] | undefined, command: string[] | undefined): PreparedImage =>
  ({ entryPoint, command }) as unknown as PreparedImage;
const template = (entryPoint?: string[], command?: string[]) => ({ entryPoint, command });

describe('containerCommand', () => {
  it.each([
    [image(['a'], ['b']), template(), ['a', 'b']],
    [image(['a'], ['b']), template(undefined, ['c']), ['a', 'c']],
    [image(['a'], ['b']), template(['e']), ['e']],
    [image(['a'], ['b']), template(['e'], ['c']), ['e', 'c']],
    [image(['a'], undefined), template(), ['a']],
    [image(undefined, undefined), template(), ['docker-entrypoint.sh', 'node']],
    [image(undefined, ['b']), template(), ['docker-entrypoint.sh', 'b']],
  ])('puts image and template together as Docker does (%#)', (of, container, expected) => {
    expect(containerCommand(of, container)).toEqual(expected);
  });
});

describe('localCommand', () => {
  const local = (...words: string[]) =>
    localCommand(words, { root, workdir: '/app', path: machinePath(), places: ['/app', '/tmp'] }).map((word) =>
      word.replaceAll(root, 'ROOT'),
    );

  it('gives what is no program to node, as the entry point of Node images does', () => {
    expect(local('docker-entrypoint.sh', 'server.js')).toEqual(['node', 'server.js']);
    expect(local('docker-entrypoint.sh', '--inspect', 'server.js')).toEqual(['node', '--inspect', 'server.js']);
    expect(local('docker-entrypoint.sh', '/app/server.js')).toEqual(['node', 'ROOT/app/server.js']);
    expect(local('docker-entrypoint.sh', 'node', 'server.js')).toEqual(['node', 'server.js']);
    expect(local('docker-entrypoint.sh', './start.sh')).toEqual(['./start.sh']);
    expect(local('docker-entrypoint.sh', '/app/start.sh')).toEqual(['ROOT/app/start.sh']);
    expect(local('server.js')).toEqual(['server.js']);
  });

  it('finds paths of the container in its files, and programs on this machine', () => {
    expect(local('/usr/local/bin/node', '--require=/app/bin/x.js', '/app/none.js', '/etc/hosts')).toEqual([
      'node',
      '--require=ROOT/app/bin/x.js',
      'ROOT/app/none.js',
      '/etc/hosts',
    ]);
  });

  it('finds them in shell scripts too', () => {
    const script = 'cd /app && PORT=80 exec node "/app/server.js" --out=/tmp/x || ls /etc; /usr/local/bin/node -v';
    expect(local('/bin/ash', '-c', script)).toEqual([
      '/bin/sh',
      '-c',
      'cd ROOT/app && PORT=80 exec node "ROOT/app/server.js" --out=ROOT/tmp/x || ls /etc; node -v',
    ]);
    expect(local('sh', '/app/start.sh')).toEqual(['/bin/sh', 'ROOT/app/start.sh']);
  });
});
