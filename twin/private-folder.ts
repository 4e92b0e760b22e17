import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * A short folder that only its user can open, one per data folder. Sockets lie here, because a socket's path may have
 * at most 104 bytes on a Mac, and a project's own path may be long.
 */
export function privateFolder(dataFolder: string): string {
  const { uid } = userInfo();
  const base = join(tmpdir(), `mosaic-${uid}`);
  mkdirSync(base, { recursive: true, mode: 0o700 });
  const owner = lstatSync(base);
  if (!owner.isDirectory() || owner.uid !== uid)
    throw new Error(
      `${base} belongs to someone else (user ${owner.uid}); remove it, or set TMPDIR to a folder of yours`,
    );
  chmodSync(base, 0o700);
  const folder = join(base, createHash('sha256').update(dataFolder).digest('hex').slice(0, 8));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
