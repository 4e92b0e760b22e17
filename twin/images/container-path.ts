import { existsSync, lstatSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Folders that every image has and programs expect to own. */
export const IMAGE_FOLDERS = ['/tmp', '/var/tmp', '/root', '/home/node', '/dev/shm'] as const;

/** A path of a container inside the folder that holds the container's files; `..` cannot leave it. */
export function inRoot(root: string, ...path: readonly string[]): string {
  return join(root, posix.resolve('/', ...path));
}

/** Whether a path is a folder or below it. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Whether a path exists, even as a link that leads nowhere. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Programs of the image that this machine replaces with its own. */
const OWN_PROGRAM = /^(?:\/usr)?(?:\/local)?\/bin\/(node|nodejs|npm|npx|corepack)$/;

/** An argument of a command, with container paths in it replaced by paths of this machine. */
export function localArgument(argument: string, root: string, places: readonly string[]): string {
  const own = OWN_PROGRAM.exec(argument)?.[1];
  if (own) return own === 'nodejs' ? 'node' : own;
  const [, option = '', path] = /^(--?[\w-]+=)?(\/.*)$/s.exec(argument) ?? [];
  return path === undefined ? argument : `${option}${localPath(path, root, places)}`;
}

/** A container path as a path of this machine; a path the image does not have stays as it is. */
export function localPath(path: string, root: string, places: readonly string[]): string {
  const clean = posix.normalize(path);
  const owned = places.some((place) => isInside(clean, place)) || (clean !== '/' && existsSync(join(root, clean)));
  return owned ? join(root, clean) : path;
}

/** A shell script with container paths replaced by paths of this machine. */
export function localScript(script: string, root: string, places: readonly string[]): string {
  return script.replace(/(^|[\s"'=:;&|(<>])(\/[\w./@+-]+)/g, (_, before: string, path: string) => {
    const local = localArgument(path, root, places);
    return `${before}${local === path ? path : quoteFor(before, local)}`;
  });
}

const quoteFor = (before: string, path: string): string =>
  before === '"' || before === "'" || /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
