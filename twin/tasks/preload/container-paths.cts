import type { ContainerPaths, ContainerView } from './container-view.ts';

const { lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync }: typeof import('node:fs') = require('node:fs');
const { dirname, join, normalize, relative, resolve }: typeof import('node:path') = require('node:path');

const view: ContainerView = JSON.parse(readFileSync(process.env.MOSAIC_TWIN_FILES ?? '', 'utf8'));

/** What every container shares with this machine. */
const SHARED = ['/dev', '/proc', '/sys'];
const MOST_LINKS = 40;

const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
const volumeOf = (path: string) => view.volumes.find(({ folder }) => isInside(path, folder));

function locate(path: string, writes = false): string {
  if (!path.startsWith('/')) return path;
  const clean = normalize(path);
  if (isInside(clean, view.root)) return path;
  const own = join(view.root, clean);
  // The twin's own folders may lie in a folder the container has too, such as /tmp.
  if (view.known.some((folder) => isInside(clean, folder))) return path;
  if (view.places.some((place) => isInside(clean, place))) return own;
  if (SHARED.some((folder) => isInside(clean, folder))) return path;
  if (isThere(own)) return own;
  if (!writes || view.readonlyRoot || !isThere(dirname(clean))) return path;
  // For folders such as /var/log, which the image has and the twin lacks: what a task writes there is its own.
  mkdirSync(dirname(own), { recursive: true });
  return own;
}

function physical(path: string, follows: boolean, links = 0): string {
  const full = resolve(path);
  let parent = dirname(full);
  while (!isThere(parent) && parent !== '/') parent = dirname(parent);
  let real = full;
  try {
    real = join(realpathSync(parent), relative(parent, full));
    if (follows && links < MOST_LINKS && lstatSync(real).isSymbolicLink()) {
      return physical(locate(resolve(dirname(real), readlinkSync(real))), true, links + 1);
    }
  } catch {
    // A path that does not exist stays as given; the call itself will fail.
  }
  return real;
}

function ban(path: string): string | undefined {
  const volume = volumeOf(path);
  if (volume) return volume.writable ? undefined : 'EACCES';
  return view.readonlyRoot && !SHARED.some((folder) => isInside(path, folder)) ? 'EROFS' : undefined;
}

module.exports = {
  locate,
  physical,
  ban,
  areApart: (one, other) => volumeOf(physical(one, false)) !== volumeOf(physical(other, false)),
  bans: view.readonlyRoot || view.volumes.some(({ writable }) => !writable),
} satisfies ContainerPaths;
