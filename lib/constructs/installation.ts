import { dirname, join } from 'node:path';

/** What npm, pnpm and both kinds of yarn write into `node_modules` with each installation. */
const MARKS = ['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml'];

/**
 * Files, there or not, of which one changes whenever a package that a source can see is installed. The packages
 * themselves don't tell: pnpm leaves the files of a replaced one where they are, and changes a link.
 */
export function installationMarks(source: string): string[] {
  const folder = dirname(source);
  const here = MARKS.map((mark) => join(folder, 'node_modules', mark));
  return folder === dirname(folder) ? here : [...here, ...installationMarks(folder)];
}
