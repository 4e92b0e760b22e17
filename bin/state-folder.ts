import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';

/**
 * The default folder for the data of a project's twin. It lies outside the project: an image built from the project root
 * would copy it in, because the CDK honours only `.dockerignore`.
 */
export function stateFolder(project: string, { XDG_STATE_HOME: told }: NodeJS.ProcessEnv = process.env): string {
  const home = told && isAbsolute(told) ? told : join(homedir(), '.local', 'state');
  const hash = createHash('sha256').update(project).digest('hex').slice(0, 8);
  return join(home, 'mosaic', `${basename(project)}-${hash}`);
}
