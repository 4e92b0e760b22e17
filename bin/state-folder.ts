import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';

/**
 * The folder a project's twin keeps its data in, unless told otherwise. It lies outside the project, for an image whose
 * context is the project takes along all that lies in it: the CDK heeds `.dockerignore`, and nothing else.
 */
export function stateFolder(project: string, { XDG_STATE_HOME: told }: NodeJS.ProcessEnv = process.env): string {
  const home = told && isAbsolute(told) ? told : join(homedir(), '.local', 'state');
  const hash = createHash('sha256').update(project).digest('hex').slice(0, 8);
  return join(home, 'mosaic', `${basename(project)}-${hash}`);
}
