import { dirname, join } from 'node:path';

/** What npm, pnpm and both kinds of yarn write into `node_modules` with each installation. */
const MARKS = ['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml'];

/**
 * Files, present or not, one of which changes whenever a package that a source can import is installed. The packages
 * themselves do not show it: pnpm leaves the files of a replaced package where they are, and changes a link.
 */
export function installationMarks(source: string): string[] {
  const folder = dirname(source);
  const here = MARKS.map((mark) => join(folder, 'node_modules', mark));
  return folder === dirname(folder) ? here : [...here, ...installationMarks(folder)];
}
