import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';

/**
 * Writes the `.cts` scripts of a folder into another one as plain JavaScript, for tasks to load: any Node runs it, and
 * stripping types in each task would cost it 20 MB and 40 ms. Returns that folder.
 */
export function writePlainScripts(source: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(source).filter((each) => each.endsWith('.cts'))) {
    const path = join(folder, `${basename(file, '.cts')}.cjs`);
    writeFileSync(`${path}.new`, stripTypeScriptTypes(readFileSync(join(source, file), 'utf8')));
    renameSync(`${path}.new`, path);
  }
  return folder;
}
