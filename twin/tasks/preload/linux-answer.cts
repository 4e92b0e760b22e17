import type { Answer, BannedCall, LinuxAnswer } from './container-view.ts';

const { lstatSync, statSync, constants }: typeof import('node:fs') = require('node:fs');
const { dirname, resolve }: typeof import('node:path') = require('node:path');
const { getSystemErrorMap }: typeof import('node:util') = require('node:util');

const { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_TRUNC, O_WRONLY, W_OK, COPYFILE_EXCL } = constants;
const NODE = Number(process.versions.node.split('.')[0]);

type Found = { isDirectory(): boolean; isFile(): boolean };

function look(path: string, follows = true): Found | string {
  try {
    return follows ? statSync(path) : lstatSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EIO';
  }
}

const codeOf = (found: Found | string): string | undefined => (typeof found === 'string' ? found : undefined);
const missing = (path: string): string | undefined => codeOf(look(path));
const isThere = (path: string): boolean => typeof look(path, false) !== 'string';

function parentless(path: string): string | undefined {
  const parent = look(dirname(resolve(path)));
  return typeof parent === 'string' ? parent : parent.isDirectory() ? undefined : 'ENOTDIR';
}

/** Flags of `open` by Node's letters for them. */
const FLAGS: Readonly<Record<string, number>> = {
  '+': O_RDWR,
  w: O_WRONLY | O_CREAT | O_TRUNC,
  a: O_WRONLY | O_CREAT | O_APPEND,
  x: O_EXCL,
};

function flagsOf(flags: unknown): number {
  if (typeof flags === 'number') return flags;
  return typeof flags === 'string' ? [...flags].reduce((all, letter) => all | (FLAGS[letter] ?? 0), 0) : 0;
}

const opensToWrite = (flags: unknown): boolean => (flagsOf(flags) & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) !== 0;

function option(args: readonly unknown[], name: string): unknown {
  const options = args.slice(1).findLast((arg) => typeof arg === 'object' && arg !== null && !ArrayBuffer.isView(arg));
  return (options as Record<string, unknown> | undefined)?.[name];
}

function opened(path: string, flags: number, banned: string): Answer {
  if (!opensToWrite(flags)) return undefined;
  const found = look(path);
  if (typeof found !== 'string') {
    if (flags & O_CREAT && flags & O_EXCL) return { code: 'EEXIST' };
    if (found.isDirectory()) return { code: 'EISDIR' };
    return found.isFile() ? { code: banned } : undefined;
  }
  return { code: found === 'ENOENT' && flags & O_CREAT ? (parentless(path) ?? banned) : found };
}

/** Checks in the same order as Linux; a test script that also runs on a real read-only mount proves it. */
function answer({ name, sync, args, use, path, banned }: BannedCall): Answer {
  const readOnly = banned === 'EROFS';
  switch (use) {
    case 'read':
      return undefined;
    case 'probe':
      return typeof args[1] === 'number' && args[1] & W_OK ? { code: missing(path) ?? banned } : undefined;
    case 'open':
      return opened(path, flagsOf(args[1]), banned);
    case 'write':
      return opened(path, flagsOf(option(args, 'flag') ?? (name === 'appendFile' ? 'a' : 'w')), banned);
    case 'copy': {
      const absent = missing(String(args[0]));
      if (absent) return { code: absent };
      return opened(path, O_WRONLY | O_CREAT | (Number(args[2]) & COPYFILE_EXCL ? O_EXCL : 0), banned);
    }
    case 'copyTree': {
      const source = look(String(args[0]), false);
      const target = look(path);
      if (typeof source === 'string') return { code: source, syscall: 'lstat' };
      if (source.isDirectory()) {
        return { code: banned, syscall: sync ? 'cp' : typeof target === 'string' ? 'mkdir' : 'copyfile' };
      }
      return { code: banned, syscall: typeof target === 'string' ? 'copyfile' : 'unlink' };
    }
    case 'make': {
      const absent = name === 'link' ? missing(String(args[0])) : undefined;
      return { code: absent ?? parentless(path) ?? (isThere(path) ? 'EEXIST' : banned) };
    }
    case 'makeFolder': {
      if (!option(args, 'recursive')) return { code: parentless(path) ?? (isThere(path) ? 'EEXIST' : banned) };
      const found = look(path);
      if (typeof found !== 'string') return found.isDirectory() ? 'done' : { code: 'EEXIST' };
      // On a read-only file system Node gets EROFS, looks whether the folder exists, and reports that result.
      return { code: found === 'ENOENT' && !readOnly ? banned : found };
    }
    case 'makeTemporary':
      return { code: parentless(`${path}X`) ?? banned };
    case 'change':
      return { code: missing(path) ?? banned };
    case 'changeLink':
      return { code: codeOf(look(path, false)) ?? banned };
    case 'empty': {
      const found = look(path);
      return { code: typeof found === 'string' ? found : found.isDirectory() ? 'EISDIR' : banned };
    }
    case 'remove':
      return { code: parentless(path) ?? (readOnly || isThere(path) ? banned : 'ENOENT') };
    case 'removeTree': {
      const found = look(path, false);
      if (typeof found === 'string') {
        return option(args, 'force') && found === 'ENOENT' ? 'done' : { code: found, syscall: 'lstat' };
      }
      if (found.isDirectory() && !option(args, 'recursive')) return { code: 'ERR_FS_EISDIR' };
      // From Node 23 on `rmSync` has no code for this error.
      if (sync && readOnly && NODE > 22) return { code: '' };
      return { code: banned, syscall: found.isDirectory() ? 'rmdir' : 'unlink' };
    }
  }
}

const MESSAGES = new Map([...getSystemErrorMap()].map(([errno, [code, message]]) => [code, { errno, message }]));

function failure(code: string, syscall: string, path?: string, dest?: string): NodeJS.ErrnoException {
  const at = { ...(path === undefined ? {} : { path }), ...(dest === undefined ? {} : { dest }) };
  if (code === 'ERR_FS_EISDIR') {
    const info = { code: 'EISDIR', message: 'is a directory', path, syscall, errno: 21 };
    const error = new Error(`Path is a directory: ${syscall} returned EISDIR (is a directory) ${path}`);
    return Object.assign(error, { name: 'SystemError', code, info, errno: 21, syscall, ...at });
  }
  if (code === '') {
    const error = new Error(`, Unknown error: Read-only file system '${path}'`);
    return Object.assign(error, { errno: -4094, code, syscall, ...at });
  }
  const { errno = -4094, message = 'unknown error' } = MESSAGES.get(code) ?? {};
  const paths = `${path === undefined ? '' : ` '${path}'`}${dest === undefined ? '' : ` -> '${dest}'`}`;
  return Object.assign(new Error(`${code}: ${message}, ${syscall}${paths}`), { errno, code, syscall, ...at });
}

module.exports = { answer, failure, missing, parentless, opensToWrite } satisfies LinuxAnswer;
