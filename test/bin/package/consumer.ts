import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeFolder } from './node-version.ts';

const PROJECT = join(import.meta.dirname, '../../..');

const LONGEST_COMMAND = 240_000;

/** What a command did. */
export interface Done {
  readonly code: number | null;
  readonly stdout: string;
  /** All it printed. */
  readonly output: string;
}

/** The tarball `npm run pack` made. */
export function tarball(): string {
  const [found] = globSync('dist/*.tgz', { cwd: PROJECT });
  if (!found) throw new Error(`${PROJECT}: no tarball in dist; run: npm run pack`);
  return join(PROJECT, found);
}

/** Someone else's project that uses the package: in a folder of its own, with nothing of this clone on its PATH. */
export class Consumer {
  readonly folder: string;
  readonly #node: number;

  /** `node` is the major version its commands run on. */
  constructor(node: number, folder: string = join(mkdtempSync(join(tmpdir(), 'consumer-')), 'app')) {
    this.#node = node;
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** The same project on another Node. */
  on(node: number): Consumer {
    return new Consumer(node, this.folder);
  }

  /** Writes files, by path; what is not text is written as JSON. */
  write(files: Readonly<Record<string, string | object>>): this {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
    }
    return this;
  }

  /** Copies the files of a folder beside this one over its own. */
  copy(from: string, to = ''): this {
    cpSync(join(import.meta.dirname, 'apps', from), join(this.folder, to), { recursive: true });
    return this;
  }

  /** Runs a command, whatever comes of it. */
  try(command: string, ...args: string[]): Done {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: this.folder,
      env: this.environment(),
      encoding: 'utf8',
      timeout: LONGEST_COMMAND,
    });
    return { code: status, stdout, output: stdout + stderr };
  }

  /** Runs a command that must succeed; gives what it printed to stdout. */
  run(command: string, ...args: string[]): string {
    const { code, stdout, output } = this.try(command, ...args);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${code}\n${output}`);
    return stdout;
  }

  /** Runs a command of an installed package. */
  npx(...args: string[]): string {
    return this.run('npx', '--no-install', '--loglevel=error', ...args);
  }

  install(...packages: string[]): void {
    this.run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...packages);
  }

  /** Rehearses the app; resolves with what `GET path` answers at its first URL. */
  async rehearse(path: string): Promise<unknown> {
    this.npx('mosaic', 'up', '--detach', '--port', '0');
    try {
      const { urls } = JSON.parse(this.npx('mosaic', 'status', '--json')) as { urls: Record<string, string> };
      const answer = await fetch(`${Object.values(urls)[0]}${path}`);
      return await answer.json();
    } finally {
      this.npx('mosaic', 'down');
    }
  }

  environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|INIT_CWD$)/.test(name));
    const paths = process.env.PATH!.split(':').filter((folder) => !folder.includes('node_modules'));
    return { ...Object.fromEntries(inherited), PATH: [nodeFolder(this.#node), ...paths].join(':') };
  }
}

/** A project freshly made by the `cdk init` this clone has, with the package installed. */
export function cdkInit(node: number): Consumer {
  const consumer = new Consumer(node);
  const cdk = join(PROJECT, 'node_modules', '.bin', 'cdk');
  execFileSync(cdk, ['init', 'app', '--language', 'typescript', '--generate-only'], {
    cwd: consumer.folder,
    stdio: 'pipe',
  });
  return consumer;
}
