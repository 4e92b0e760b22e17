import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';

/**
 * Writes what tasks load to see a container's file system into a folder, as plain JavaScript, which any Node runs and
 * starts with faster. Returns the path for `--require`.
 */
export function writePreload(folder: string): string {
  const source = join(import.meta.dirname, 'preload');
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(source).filter((name) => name.endsWith('.cts'))) {
    const path = join(folder, `${basename(file, '.cts')}.cjs`);
    writeFileSync(`${path}.new`, stripTypeScriptTypes(readFileSync(join(source, file), 'utf8')));
    renameSync(`${path}.new`, path);
  }
  return join(folder, 'container-root.cjs');
}
