/**
 * Loaded into every Node process of a task before anything else: absolute paths of the container lead to the task's own
 * files, and a read-only root fails as on Linux. The permission model enforces it; this file gives it Linux's errors.
 */
import type { ContainerPaths, Descriptors, LinuxAnswer, Use } from './container-view.ts';

const fs: typeof import('node:fs') = require('node:fs');
const nodeModule = require('node:module');
const processes = require('node:child_process');
const { fileURLToPath }: typeof import('node:url') = require('node:url');
const { areApart, ban, bans, locate, physical }: ContainerPaths = require('./container-paths.cjs');
const { answer, failure, missing, opensToWrite, parentless }: LinuxAnswer = require('./linux-answer.cjs');
const descriptors: Descriptors = require('./descriptors.cjs');
require('./container-modules.cjs');

/** Each function that takes paths: the system call its errors name, and what it does to each path. */
const CALLS: Readonly<Record<string, readonly [syscall: string, ...uses: Use[]]>> = {
  access: ['access', 'probe'],
  appendFile: ['open', 'write'],
  chmod: ['chmod', 'change'],
  chown: ['chown', 'change'],
  copyFile: ['copyfile', 'read', 'copy'],
  cp: ['cp', 'read', 'copyTree'],
  exists: ['access', 'read'],
  lchmod: ['lchmod', 'changeLink'],
  lchown: ['lchown', 'changeLink'],
  link: ['link', 'read', 'make'],
  lstat: ['lstat', 'read'],
  lutimes: ['lutime', 'changeLink'],
  mkdir: ['mkdir', 'makeFolder'],
  mkdtemp: ['mkdtemp', 'makeTemporary'],
  mkdtempDisposable: ['mkdtemp', 'makeTemporary'],
  open: ['open', 'open'],
  openAsBlob: ['open', 'read'],
  opendir: ['opendir', 'read'],
  readdir: ['scandir', 'read'],
  readFile: ['open', 'read'],
  readlink: ['readlink', 'read'],
  realpath: ['realpath', 'read'],
  rename: ['rename', 'remove', 'remove'],
  rm: ['rm', 'removeTree'],
  rmdir: ['rmdir', 'remove'],
  stat: ['stat', 'read'],
  statfs: ['statfs', 'read'],
  symlink: ['symlink', 'read', 'make'],
  truncate: ['open', 'empty'],
  unlink: ['unlink', 'remove'],
  unwatchFile: ['watch', 'read'],
  utimes: ['utime', 'change'],
  watch: ['watch', 'read'],
  watchFile: ['watch', 'read'],
  writeFile: ['open', 'write'],
};
const READS: ReadonlySet<Use> = new Set<Use>(['read', 'probe']);
const FOLLOWS: ReadonlySet<Use> = new Set<Use>(['probe', 'open', 'write', 'copy', 'change', 'empty']);
/** Functions whose callback gets no error, or is called repeatedly. */
const NO_ERRORS: ReadonlySet<string> = new Set(['exists', 'watch', 'watchFile', 'unwatchFile']);

const hasModel = 'permission' in process && process.permission !== undefined;

type Callable = (...args: unknown[]) => unknown;
type Prepared = { readonly args: unknown[]; readonly error?: NodeJS.ErrnoException; readonly done?: true };

function textOf(path: unknown): string | undefined {
  if (typeof path === 'string') return path;
  if (Buffer.isBuffer(path)) return path.toString();
  return path instanceof URL && path.protocol === 'file:' ? fileURLToPath(path) : undefined;
}

/** The arguments with real paths, and what to answer instead of the call, if anything. */
function prepare(name: string, given: readonly unknown[], sync: boolean): Prepared {
  const [syscall, ...uses] = CALLS[name]!;
  const args = [...given];
  const said = uses.map((_, index) => textOf(given[index]));
  const writes = (use: Use): boolean => (use === 'open' ? opensToWrite(given[1]) : !READS.has(use));
  const paths = said.map((path, index) => path && locate(path, writes(uses[index]!)));
  for (const [index, path] of paths.entries()) if (path !== said[index]) args[index] = path;
  const fail = (code: string, call = syscall): Prepared => ({ args, error: failure(code, call, said[0], said[1]) });
  const [from, to] = paths;
  if (name === 'rename' && from && to) {
    const absent = parentless(from) ?? parentless(to);
    if (absent) return fail(absent);
    if (areApart(from, to)) return fail(missing(from) ?? 'EXDEV');
  }
  if (bans) {
    for (const [index, use] of uses.entries()) {
      const path = paths[index];
      if (!path || use === 'read') continue;
      const real = physical(path, FOLLOWS.has(use));
      const banned = ban(real);
      if (!banned) {
        // The permission model looks at the path itself, not at where its links lead.
        if (FOLLOWS.has(use)) args[index] = real;
        continue;
      }
      const instead = answer({ name, sync, args, use, path, banned });
      if (instead === 'done') return { args, done: true };
      if (instead) return fail(instead.code, instead.syscall);
    }
  }
  return name === 'link' && from && to && areApart(from, to)
    ? fail(missing(from) ?? parentless(to) ?? 'EXDEV')
    : { args };
}

/** The error for what only the permission model itself refused. */
function translated(error: unknown, name: string, given: readonly unknown[]): unknown {
  const { code, permission } = (error ?? {}) as { code?: string; permission?: string };
  if (code !== 'ERR_ACCESS_DENIED' || permission !== 'FileSystemWrite') return error;
  return failure('EROFS', CALLS[name]![0], textOf(given[0]));
}

/** Remembers opened paths, and makes links that the permission model would refuse. */
function call(original: Callable, name: string, self: unknown, args: readonly unknown[]): unknown {
  if (name === 'symlink' && hasModel) return descriptors.link(String(args[0]), String(args[1]));
  return original.apply(self, args as unknown[]);
}

function opened(name: string, result: unknown, args: readonly unknown[]): void {
  if (name === 'open' && hasModel) descriptors.keep(result as number, textOf(args[0]) ?? '');
}

const synchronous = (original: Callable, name: string): Callable =>
  function (this: unknown, ...given) {
    const { args, error, done } = prepare(name, given, true);
    if (error) {
      if (name === 'exists') return false;
      throw error;
    }
    if (done) return undefined;
    try {
      const result = call(original, name, this, args);
      opened(name, result, args);
      return result;
    } catch (refused) {
      throw translated(refused, name, given);
    }
  };

const withCallback = (original: Callable, name: string): Callable =>
  function (this: unknown, ...given) {
    const callback = given.at(-1);
    if (typeof callback !== 'function' || NO_ERRORS.has(name))
      return original.apply(this, prepare(name, given, false).args);
    const { args, error, done } = prepare(name, given, false);
    if (error || done) return process.nextTick(callback as Callable, error ?? null);
    args[args.length - 1] = (refused: unknown, ...results: unknown[]) => {
      if (!refused) opened(name, results[0], args);
      callback(translated(refused, name, given), ...results);
    };
    if (name !== 'symlink' || !hasModel) return original.apply(this, args);
    try {
      call(original, name, this, args);
      return process.nextTick(callback as Callable, null);
    } catch (refused) {
      return process.nextTick(callback as Callable, refused);
    }
  };

const promised = (original: Callable, name: string): Callable =>
  name === 'watch'
    ? (...given) => original(...prepare(name, given, false).args)
    : async function (this: unknown, ...given) {
        const { args, error, done } = prepare(name, given, false);
        if (error) throw error;
        if (done) return undefined;
        try {
          const result = await call(original, name, this, args);
          opened(name, result, args);
          return result;
        } catch (refused) {
          throw translated(refused, name, given);
        }
      };

/** Replaces a function, keeping its properties. */
function replace(owner: object, key: string, wrap: (original: Callable) => Callable): void {
  const functions = owner as Record<string, Callable>;
  const original = functions[key];
  if (typeof original !== 'function') return;
  const wrapped = wrap(original);
  for (const own of Reflect.ownKeys(original)) {
    if (own !== 'prototype') Object.defineProperty(wrapped, own, Object.getOwnPropertyDescriptor(original, own)!);
  }
  functions[key] = wrapped;
}

for (const name of Object.keys(CALLS)) {
  replace(fs, `${name}Sync`, (original) => synchronous(original, name));
  replace(fs, name, (original) => (name === 'openAsBlob' ? promised : withCallback)(original, name));
  replace(fs.promises, name, (original) => promised(original, name));
}
replace(fs.realpathSync, 'native', (original) => synchronous(original, 'realpath'));
replace(fs.realpath, 'native', (original) => withCallback(original, 'realpath'));
if (hasModel) descriptors.install();

/** Variables that keep a process in its container; a program that sets its child's whole environment drops them. */
const HOLDING = /^(?:MOSAIC_TWIN_\w+|NODE_EXTRA_CA_CERTS)$/;
const holding = Object.entries(process.env).filter(([name]) => HOLDING.test(name));
const nodeOptions = process.env.NODE_OPTIONS ?? '';

/** The environment of a child, with those variables. */
function contained(pairs: readonly string[] | undefined): readonly string[] | undefined {
  if (!pairs) return pairs;
  const given = new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair] as const));
  for (const [name, value] of holding) if (!given.has(name)) given.set(name, `${name}=${value}`);
  const own = given.get('NODE_OPTIONS')?.slice('NODE_OPTIONS='.length) ?? '';
  if (!own.includes(__filename)) given.set('NODE_OPTIONS', `NODE_OPTIONS=${nodeOptions} ${own}`.trimEnd());
  return [...given.values()];
}

replace(process, 'chdir', (original) => (folder) => original(locate(String(folder))));
// The file a process is started with, and what is required by its path in the container.
replace(
  nodeModule,
  '_findPath',
  (original) =>
    (request, ...rest) =>
      original(locate(String(request)), ...rest),
);
replace(
  processes.ChildProcess.prototype,
  'spawn',
  (original) =>
    function (this: unknown, options, ...rest) {
      const { file, cwd, envPairs } = options as { file: unknown; cwd: unknown; envPairs?: readonly string[] };
      const folder = textOf(cwd);
      const located = { file: locate(String(file)), cwd: folder === undefined ? cwd : locate(folder) };
      return original.call(this, { ...(options as object), ...located, envPairs: contained(envPairs) }, ...rest);
    },
);
nodeModule.syncBuiltinESMExports();
