import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join, parse } from 'node:path';

/** How a script's text becomes JavaScript, which it is already in the published package. */
const PLAIN: Readonly<Record<string, (source: string) => string>> = {
  '.cts': (source) => stripTypeScriptTypes(source),
  '.cjs': (source) => source,
};

/**
 * Writes the scripts of a folder into another one as plain JavaScript, for tasks to load: any Node runs it, and
 * stripping types in each task would cost it 20 MB and 40 ms. Returns that folder.
 */
export function writePlainScripts(source: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(source)) {
    const plain = PLAIN[extname(file)];
    if (!plain) continue;
    const path = join(folder, `${parse(file).name}.cjs`);
    writeFileSync(`${path}.new`, plain(readFileSync(join(source, file), 'utf8')));
    renameSync(`${path}.new`, path);
  }
  return folder;
}
