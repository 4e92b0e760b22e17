import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, posix, relative } from 'node:path';
import { type DockerIgnore, globPattern } from './docker-ignore.ts';

/** One thing a COPY brings: its source or content, and its path in the image. */
export type CopyEntry = { readonly to: string } & (
  | { readonly kind: 'folder' }
  | { readonly kind: 'file'; readonly from: string; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'text'; readonly content: string }
);

/** What a COPY asks for. */
export interface CopyRequest {
  /** Patterns relative to the folder. */
  readonly sources: readonly string[];
  readonly inline: readonly { readonly name: string; readonly content: string }[];
  /** Absolute path in the image; a slash at the end makes it a folder. */
  readonly destination: string;
  /** Whether the image has a folder there already. */
  readonly destinationIsFolder: boolean;
}

/** Lists what a COPY brings, in a stable order. A missing source is an error, as in Docker. */
export async function listCopy(folder: string, request: CopyRequest, ignore?: DockerIgnore): Promise<CopyEntry[]> {
  const entries: CopyEntry[] = [];
  const matches = (await Promise.all(request.sources.map((source) => matching(folder, source, ignore)))).flat();
  const into =
    request.destination.endsWith('/') || request.destinationIsFolder || matches.length + request.inline.length > 1;
  const destination = posix.normalize(`/${request.destination}`);
  const target = (name: string): string => (into ? posix.join(destination, name) : destination);
  for (const path of matches) {
    const from = join(folder, path);
    const found = await lstat(from);
    // Docker copies a folder's content, not the folder itself.
    await walk(from, found, found.isDirectory() ? destination : target(basename(path)), entries, (each) => {
      const inside = relative(folder, each);
      return inside !== '' && ignore
        ? { left: ignore.ignores(inside), final: ignore.final }
        : { left: false, final: false };
    });
  }
  for (const { name, content } of request.inline) entries.push({ kind: 'text', to: target(name), content });
  return entries;
}

type Leaves = (path: string) => { readonly left: boolean; readonly final: boolean };

async function walk(from: string, found: Stats, to: string, entries: CopyEntry[], leaves: Leaves): Promise<void> {
  const { left, final } = leaves(from);
  if (left && (final || !found.isDirectory())) return;
  if (found.isDirectory()) {
    if (!left) entries.push({ kind: 'folder', to });
    for (const name of (await readdir(from)).sort()) {
      const child = join(from, name);
      await walk(child, await lstat(child), posix.join(to, name), entries, leaves);
    }
  } else if (found.isSymbolicLink()) entries.push({ kind: 'link', to, target: await readlink(from) });
  else if (found.isFile()) entries.push({ kind: 'file', to, from, mode: found.mode & 0o777 });
}

async function matching(folder: string, source: string, ignore?: DockerIgnore): Promise<string[]> {
  const clean = posix
    .normalize(source)
    .replace(/^(\.?\.?\/)+/, '')
    .replace(/\/$/, '');
  if (clean === '' || clean === '.') return [''];
  let found = [''];
  for (const part of clean.split('/')) {
    const pattern = /[*?[]/.test(part) ? globPattern(part) : undefined;
    const next: string[] = [];
    for (const parent of found) {
      const names = pattern ? (await sortedNames(join(folder, parent))).filter((name) => pattern.test(name)) : [part];
      for (const name of names) {
        const path = parent === '' ? name : `${parent}/${name}`;
        if (await lstat(join(folder, path)).catch(() => undefined)) next.push(path);
      }
    }
    found = next;
  }
  const kept = ignore?.final ? found.filter((path) => !ignore.ignores(path)) : found;
  if (kept.length === 0) throw new Error(`nothing to copy at ${source}`);
  return kept;
}

const sortedNames = async (folder: string): Promise<string[]> => (await readdir(folder).catch(() => [])).sort();

/** A hash of the entries and their content. */
export async function digestOf(entries: readonly CopyEntry[]): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of entries) {
    hash.update(JSON.stringify(entry.kind === 'file' ? { ...entry, from: undefined } : entry));
    if (entry.kind === 'file') hash.update(await readFile(entry.from));
  }
  return hash.digest('hex');
}

/** Puts the entries into the folder that holds an image's files. */
export async function copyInto(root: string, entries: readonly CopyEntry[], mode: number | undefined): Promise<void> {
  for (const entry of entries) {
    const to = join(root, entry.to);
    if (entry.kind === 'folder') {
      await mkdir(to, { recursive: true });
      continue;
    }
    await mkdir(dirname(to), { recursive: true });
    await rm(to, { force: true, recursive: true });
    if (entry.kind === 'link') await symlink(entry.target, to);
    else if (entry.kind === 'text') await writeFile(to, entry.content);
    else {
      // A clone if the disk supports it; the staged file may be read-only, but the copy must be writable.
      await copyFile(entry.from, to, constants.COPYFILE_FICLONE);
      await chmod(to, entry.mode | 0o200);
    }
    if (mode !== undefined && entry.kind !== 'link') await chmod(to, mode);
  }
}
