/** Limits module lookup to the container's files: a project around the twin's data folder may have modules too. */
import type { ContainerView } from './container-view.ts';

const { readFileSync }: typeof import('node:fs') = require('node:fs');
const nodeModule = require('node:module');
const { fileURLToPath }: typeof import('node:url') = require('node:url');

const { data }: ContainerView = JSON.parse(readFileSync(process.env.MOSAIC_TWIN_FILES ?? '', 'utf8'));

type Resolved = { readonly url: string };
type Resolve = (specifier: string, context: { readonly parentURL?: string }) => Resolved;

const isOwn = (path: string): boolean => path.startsWith(`${data}/`);
const isOwnFile = (url: string): boolean => url.startsWith('file:') && isOwn(fileURLToPath(url));

const searched = nodeModule._nodeModulePaths;
nodeModule._nodeModulePaths = (from: string): string[] => {
  const folders: string[] = searched(from);
  // npm and other programs of this machine still find their own modules.
  return isOwn(from) ? folders.filter(isOwn) : folders;
};

// `import` has its own lookup, which only a hook can limit.
nodeModule.registerHooks?.({
  resolve(specifier: string, context: { readonly parentURL?: string }, next: Resolve): Resolved {
    const { parentURL } = context;
    const isPackage = /^[^./#]/.test(specifier) && !URL.canParse(specifier);
    if (!isPackage || parentURL === undefined || !isOwnFile(parentURL)) return next(specifier, context);
    const found = resolved(() => next(specifier, context));
    if (found && (!found.url.startsWith('file:') || isOwnFile(found.url))) return found;
    const error = new Error(`Cannot find package '${specifier}' imported from ${fileURLToPath(parentURL)}`);
    throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
  },
});

/** Undefined if Node found a module outside the container, where the container's own file functions find nothing. */
function resolved(resolve: () => Resolved): Resolved | undefined {
  try {
    return resolve();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
