import type { FileHandle } from 'node:fs/promises';
import type { Descriptors, LinuxAnswer } from './container-view.ts';

const fs: typeof import('node:fs') = require('node:fs');
const { spawnSync }: typeof import('node:child_process') = require('node:child_process');
const { callbackify }: typeof import('node:util') = require('node:util');
const { failure }: LinuxAnswer = require('./linux-answer.cjs');

// The permission model forbids these even in writable folders, because a descriptor has no path to check. So they use
// the path the file was opened with. Syncing does nothing: the folders are removed with their task.

const { fstatSync, lstatSync } = fs;
const paths = new Map<number, string>();
let knowsHandles = false;

const BY_PATH = {
  fsync: undefined,
  fdatasync: undefined,
  fchmod: 'chmod',
  fchown: 'chown',
  futimes: 'utimes',
} as const;
const SYSCALLS: Readonly<Record<string, string>> = { futimes: 'futime' };

type Callable = (...args: unknown[]) => unknown;

function keep(opened: number | FileHandle, path: string): void {
  if (typeof opened === 'number') paths.set(opened, path);
  else {
    paths.set(opened.fd, path);
    if (!knowsHandles) installHandles(Object.getPrototypeOf(opened));
  }
}

function act(name: keyof typeof BY_PATH, descriptor: number, ...rest: unknown[]): void {
  fstatSync(descriptor);
  const path = paths.get(descriptor);
  const method = BY_PATH[name];
  if (method === undefined || path === undefined) return;
  try {
    (fs[`${method}Sync`] as Callable)(path, ...rest);
  } catch (error) {
    throw failure((error as NodeJS.ErrnoException).code ?? '', SYSCALLS[name] ?? name);
  }
}

function installHandles(prototype: Record<string, unknown>): void {
  knowsHandles = true;
  for (const [method, name] of [
    ['sync', 'fsync'],
    ['datasync', 'fdatasync'],
    ['chmod', 'fchmod'],
    ['chown', 'fchown'],
    ['utimes', 'futimes'],
  ] as const) {
    prototype[method] = async function (this: FileHandle, ...args: unknown[]) {
      act(name, this.fd, ...args);
    };
  }
}

function install(): void {
  const functions = fs as unknown as Record<string, unknown>;
  for (const name of Object.keys(BY_PATH) as (keyof typeof BY_PATH)[]) {
    functions[`${name}Sync`] = (descriptor: number, ...rest: unknown[]) => act(name, descriptor, ...rest);
    functions[name] = (descriptor: number, ...rest: unknown[]) => {
      const callback = rest.pop() as () => void;
      callbackify(async () => act(name, descriptor, ...rest))(callback);
    };
  }
}

/** Uses `ln`, which the permission model does not limit; whether the link is allowed was checked before. */
function link(target: string, path: string): void {
  const { status } = spawnSync('/bin/ln', ['-s', target, path], { env: {} });
  if (status === 0) return;
  throw failure(lstatSync(path, { throwIfNoEntry: false }) ? 'EEXIST' : 'ENOENT', 'symlink', target, path);
}

module.exports = { keep, link, install } satisfies Descriptors;
