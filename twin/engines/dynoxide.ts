import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The version in the lock file; platforms whose package cannot be locked install the same one. */
export const DYNOXIDE_VERSION = '1.2.1';

/** Where the binary is looked for, and how it is installed. */
export interface DynoxideOptions {
  /** Folder for a binary this machine has to install; shared by all runs. */
  readonly folder: string;
  /** Reports an installation, which takes a while. */
  readonly progress?: ((text: string) => void) | undefined;
  /** @default - the package of this machine's platform */
  readonly packageName?: string;
  /** @default 'npm' */
  readonly npm?: string;
}

/** Path of the dynoxide binary: from the project's packages, or installed once from the registry. */
export async function dynoxide(props: DynoxideOptions): Promise<string> {
  const name = props.packageName ?? `@dynoxide/${process.platform}-${process.arch}`;
  const own = resolved(name);
  if (own) return own;
  const kept = join(props.folder, 'node_modules', name, 'dynoxide');
  if (!existsSync(kept)) await install(`${name}@${DYNOXIDE_VERSION}`, props);
  if (!existsSync(kept)) throw unavailable(name, `${kept} is missing after the installation`);
  chmodSync(kept, 0o755);
  return kept;
}

function resolved(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`${name}/dynoxide`);
  } catch {
    return undefined;
  }
}

async function install(spec: string, { folder, progress, npm = 'npm' }: DynoxideOptions): Promise<void> {
  progress?.(`installing ${spec} into ${folder}, once`);
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', spec];
  try {
    await promisify(execFile)(npm, args);
  } catch (error) {
    throw unavailable(spec, firstLine((error as { stderr?: string }).stderr || String(error)));
  }
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0]!;

const unavailable = (spec: string, cause: string): Error =>
  new Error(
    `engine dynamodb: ${spec} cannot be installed (${cause}); ` +
      'go online for the first start, or run a DynamoDB of your own and set AWS_ENDPOINT_URL_DYNAMODB to its URL',
  );
