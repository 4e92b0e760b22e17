import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import type { BuildFailure, BuildOptions } from 'esbuild';
import { type Bundle, BundleCache } from './bundle-cache.ts';
import { installationMarks } from './installation.ts';

const bundles = new Map<string, Bundle['files']>();

/**
 * Bundles a service: `main.js` from its entry, `<command>.js` from each command next to it, and maps.
 * The bytes depend on the sources alone, not on where the clone lies.
 */
export function bundleSource(entry: string, commands: readonly string[]): Bundle['files'] {
  const path = resolve(entry);
  const main = existsSync(path) && statSync(path).isDirectory() ? join(path, 'main.ts') : path;
  const sources = { main, ...Object.fromEntries(commands.map((name) => [name, join(dirname(main), `${name}.ts`)])) };
  for (const source of Object.values(sources)) {
    if (!existsSync(source))
      throw new Error(`a source must exist, got ${source}; name a file, or a folder with main.ts`);
  }
  const key = JSON.stringify(sources);
  const files = bundles.get(key) ?? kept(sources);
  bundles.set(key, files);
  return files;
}

type Sources = { readonly main: string } & Readonly<Record<string, string>>;

function kept(sources: Sources): Bundle['files'] {
  const options = optionsOf(sources);
  const { esbuild, packages } = esbuildFrom(sources.main);
  const cache = new BundleCache(join(packages, '.cache', 'mosaic-cdk'), installationMarks(sources.main));
  return cache.files(JSON.stringify([esbuild.version, options]), () => build(esbuild, options));
}

function optionsOf(sources: Sources): BuildOptions {
  const folder = dirname(sources.main);
  return {
    entryPoints: sources,
    absWorkingDir: folder,
    // Next to the sources, so that source maps say `main.ts` and not where the clone lies.
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node26',
    // Starts a fifth faster than ES modules, which Node links one by one.
    format: 'cjs',
    // Takes half as long to bundle and loads a third faster. Names stay, for stack traces and logs.
    minifySyntax: true,
    minifyWhitespace: true,
    // Node prints the whole line at which a process fails.
    lineLimit: 160,
    // esbuild drops the unused parts of the AWS SDK's ES modules: a fifth less to load at every start.
    mainFields: ['module', 'main'],
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'silent',
  };
}

function build(esbuild: typeof import('esbuild'), options: BuildOptions): Bundle {
  const folder = options.absWorkingDir!;
  try {
    const { outputFiles, metafile } = esbuild.buildSync({ ...options, write: false, metafile: true });
    return {
      inputs: Object.keys(metafile.inputs).map((input) => resolve(folder, input)),
      files: new Map(outputFiles.map((file) => [basename(file.path), file.contents])),
    };
  } catch (error) {
    const [first] = (error as Partial<BuildFailure>).errors ?? [];
    if (!first) throw error;
    const place = first.location ? `${join(folder, first.location.file)}:${first.location.line}: ` : '';
    throw new Error(`the source doesn't bundle, got ${place}${first.text}; mend it there`);
  }
}

/** Loaded from the service's folder, and only if there is something to bundle: other images need no esbuild. */
function esbuildFrom(from: string): { esbuild: typeof import('esbuild'); packages: string } {
  for (const start of [from, join(process.cwd(), 'package.json')]) {
    const require = createRequire(start);
    try {
      return { esbuild: require('esbuild'), packages: resolve(require.resolve('esbuild/package.json'), '..', '..') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Error(`bundling needs esbuild, got none beside ${from}; run: npm install --save-dev esbuild`);
}
