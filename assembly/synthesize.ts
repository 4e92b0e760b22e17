import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AssemblyError } from './assembly-error.ts';
import { readJsonFile } from './json-file.ts';
import { AGNOSTIC_REGION } from './read-assembly.ts';

/** How a CDK app is synthesized. */
export interface SynthesizeOptions {
  /** Folder the assembly goes to. */
  readonly output: string;
  /** Context besides that of `cdk.json` and `cdk.context.json`; wins over both. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Project {
  readonly app?: string;
  /** Command that runs before the app. */
  readonly build?: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Longest context handed over in a variable; Linux refuses one of 128 KiB. */
const LONGEST_VARIABLE = 100_000;

/** Runs the app of a project's `cdk.json` as the CDK command would, and returns the folder of the assembly. */
export const synthesize = async (projectDirectory: string, options: SynthesizeOptions): Promise<string> => {
  const project = resolve(projectDirectory);
  const { app, build, context } = readJsonFile<Project>(
    join(project, 'cdk.json'),
    'run this in the folder of a CDK app, or name the cdk.out of one',
  );
  if (!app)
    throw new AssemblyError(`${join(project, 'cdk.json')} names no app; add one, for example "app": "node bin/app.ts"`);
  if (existsSync(join(project, app, 'manifest.json'))) return join(project, app);
  const output = resolve(project, options.output);
  const handover = handOver({ ...context, ...lookedUp(project), ...options.context, ...ASKED_FOR });
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    CDK_DEFAULT_REGION: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? AGNOSTIC_REGION,
    ...options.env,
    ...handover.env,
    CDK_OUTDIR: output,
  };
  try {
    if (build) await run(build, project, env);
    await run(app, project, env);
  } finally {
    handover.clean();
  }
  if (!existsSync(join(output, 'manifest.json')))
    throw new AssemblyError(`${project}: \`${app}\` succeeded but wrote no assembly; does it call app.synth()?`);
  return output;
};

/** What the CDK command asks of an app, so that templates say which construct and which asset a resource comes from. */
const ASKED_FOR = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:bundling-stacks': ['**'],
};

const lookedUp = (project: string): Readonly<Record<string, unknown>> => {
  const file = join(project, 'cdk.context.json');
  return existsSync(file) ? readJsonFile<Record<string, unknown>>(file, '') : {};
};

const handOver = (context: unknown): { env: NodeJS.ProcessEnv; clean: () => void } => {
  const json = JSON.stringify(context);
  if (json.length <= LONGEST_VARIABLE) return { env: { CDK_CONTEXT_JSON: json }, clean: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-context-'));
  const file = join(folder, 'context.json');
  writeFileSync(file, json);
  return {
    env: { CDK_CONTEXT_JSON: '{}', CONTEXT_OVERFLOW_LOCATION_ENV: file },
    clean: () => rmSync(folder, { recursive: true, force: true }),
  };
};

const run = (command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> =>
  new Promise((done, failed) => {
    const child = spawn(command, { cwd, env, shell: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    child.on('error', (error) => failed(new AssemblyError(`${cwd}: \`${command}\` cannot be run: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) done();
      else
        failed(
          new AssemblyError(`${cwd}: \`${command}\` failed (${signal ?? `exit ${code}`}); it said:\n${readable(said)}`),
        );
    });
  });

/** Longest line worth showing; that of a minified library, which Node quotes with an error, has many thousands. */
const LONGEST_LINE = 2000;

const readable = (said: string): string =>
  said
    .trim()
    .split('\n')
    .filter((line) => line.length <= LONGEST_LINE || line.trim() !== '^')
    .map((line) => (line.length <= LONGEST_LINE ? line : `${line.slice(0, 200)} …`))
    .join('\n');
