import { spawnSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '..');
const SOURCES = ['bin', 'contract', 'lib', 'services', 'cdk.json', 'package.json'];

export interface Synthesis {
  readonly status: number | null;
  /** What it printed, errors and warnings included. */
  readonly output: string;
  /** What it wrote: content by path within the assembly. */
  readonly files: ReadonlyMap<string, string>;
}

/** A clone of this project in a folder of its own, which a test may change and synthesize. */
export class ProjectClone {
  readonly folder: string;
  private readonly top: string;

  /** @param where path below a fresh temporary folder */
  constructor(where = 'clone') {
    this.top = mkdtempSync(join(tmpdir(), 'mosaic-'));
    this.folder = join(this.top, where);
    for (const source of SOURCES) cpSync(join(PROJECT, source), join(this.folder, source), { recursive: true });
    this.installPackages();
  }

  /** Replaces text in a file; the text must be there. */
  edit(path: string, from: string, to: string): void {
    const source = readFileSync(join(this.folder, path), 'utf8');
    if (!source.includes(from)) throw new Error(`${path}: no such text to replace, got '${from}'`);
    writeFileSync(join(this.folder, path), source.replace(from, to));
  }

  /** Runs the app as the CDK's command line would, without an account or a region. */
  synthesize(context: Record<string, unknown> = {}, environment: Record<string, string> = {}): Synthesis {
    const out = join(this.folder, 'cdk.out');
    rmSync(out, { recursive: true, force: true });
    const { context: flags } = JSON.parse(readFileSync(join(this.folder, 'cdk.json'), 'utf8'));
    const { PATH, HOME } = process.env;
    const run = spawnSync(process.execPath, ['bin/app.ts'], {
      cwd: this.folder,
      encoding: 'utf8',
      env: {
        PATH,
        HOME,
        CDK_VALIDATION: 'false',
        CDK_OUTDIR: out,
        CDK_CONTEXT_JSON: JSON.stringify({ ...flags, 'aws:cdk:enable-path-metadata': true, ...context }),
        ...environment,
      },
    });
    return { status: run.status, output: run.stdout + run.stderr, files: readFiles(out) };
  }

  /** Removes it. */
  remove(): void {
    rmSync(this.top, { recursive: true });
  }

  /** Copies what services bundle, so that bundles see the paths of a real clone; links the rest. */
  private installPackages(): void {
    const { packages } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8'));
    const bundled = Object.keys(packages).filter((path) => {
      const { dev, optional } = packages[path];
      return path !== '' && !dev && !optional;
    });
    const scopes = new Set(bundled.map((path) => path.split('/')[1]!));
    const modules = join(this.folder, 'node_modules');
    mkdirSync(modules);
    for (const name of readdirSync(join(PROJECT, 'node_modules'))) {
      const from = join(PROJECT, 'node_modules', name);
      if (scopes.has(name)) cpSync(from, join(modules, name), { recursive: true });
      else symlinkSync(from, join(modules, name));
    }
  }
}

function readFiles(folder: string): Map<string, string> {
  const paths = globSync('**/*', { cwd: folder }).filter((path) => statSync(join(folder, path)).isFile());
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}
