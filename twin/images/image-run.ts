import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { ProcessGroup } from '../process-group.ts';
import type { Reaper } from '../reaper.ts';
import { inRoot, isThere, localArgument } from './container-path.ts';
import { globPattern } from './docker-ignore.ts';
import { opensToAll, userName } from './image-owners.ts';
import type { ImageState } from './image-state.ts';
import { machinePath, machineProgram } from './machine-programs.ts';
import type { RunStep } from './run-steps.ts';

/** Where the commands of a `RUN` are executed. */
export interface RunPlace {
  /** Folder that holds the image's files. */
  readonly root: string;
  readonly state: ImageState;
  /** Reports what takes a while. */
  readonly progress: (text: string) => void;
  readonly reaper: Reaper;
}

type Perform = (args: readonly string[], step: RunStep, place: RunPlace) => Promise<void> | void;

/** Executes one command; a program the twin's builds do not know is an error that names it. */
export async function performStep(step: RunStep, place: RunPlace): Promise<void> {
  const [program = '', ...args] = step.words;
  const perform = PROGRAMS[basename(program)];
  if (!perform) throw new Error(`the twin's builds do not run ${program}`);
  try {
    await perform(args, step, place);
  } catch (error) {
    if (!step.mayFail) throw error;
  }
}

/** Whether the result of a command is worth its own layer. */
export const isSlow = (step: RunStep): boolean => ['npm', 'npx', 'node'].includes(basename(step.words[0] ?? ''));

const nothing: Perform = () => {};

const PROGRAMS: Readonly<Record<string, Perform>> = {
  npm: runNpm,
  npx: runOnMachine,
  node: runOnMachine,
  corepack: ([verb], step) => {
    if (verb !== 'enable') throw new Error(`the twin's builds do not run ${step.words.join(' ')}`);
  },
  addgroup: nothing,
  adduser: nothing,
  groupadd: nothing,
  useradd: nothing,
  usermod: nothing,
  set: nothing,
  true: nothing,
  ':': nothing,
  echo: nothing,
  cd: ([path = '/root'], _, { root, state }) => {
    state.workdir = posix.resolve(state.workdir, path);
    if (!isThere(inRoot(root, state.workdir))) throw new Error(`cd: no such folder: ${state.workdir}`);
  },
  mkdir: async (args, _, { root, state }) => {
    for (const path of operands(args, ['-m', '--mode'])) {
      const clean = posix.resolve(state.workdir, path);
      await mkdir(inRoot(root, clean), { recursive: true });
      if (userName(state.user) !== 'root')
        state.owners.push({ path: clean, user: userName(state.user), recursive: true });
    }
  },
  touch: async (args, _, { root, state }) => {
    for (const path of operands(args)) await writeFile(inRoot(root, state.workdir, path), '', { flag: 'a' });
  },
  chown: (args, _, { state }) => {
    const [owner, ...paths] = operands(args);
    for (const path of paths) {
      state.owners.push({
        path: posix.resolve(state.workdir, path),
        user: userName(owner),
        recursive: args.some((arg) => /^-\w*R|^--recursive$/.test(arg)),
      });
    }
  },
  chmod: async (args, _, place) => {
    const { state } = place;
    const [mode = '', ...paths] = operands(args);
    const recursive = args.some((arg) => /^-\w*R|^--recursive$/.test(arg));
    for (const path of paths) {
      const clean = posix.resolve(state.workdir, path);
      if (opensToAll(mode)) state.owners.push({ path: clean, user: '*', recursive });
      await runQuietly(['chmod', ...(recursive ? ['-R'] : []), mode, inRoot(place.root, clean)], place);
    }
  },
  rm: async (args, _, place) => {
    for (const path of operands(args)) {
      for (const found of await matches(path, place)) await rm(found, { recursive: true, force: true });
    }
  },
  cp: async (args, _, place) => {
    for (const [from, to] of await pairs(operands(args), place)) {
      await cp(from, to, { recursive: true, verbatimSymlinks: true });
    }
  },
  mv: async (args, _, place) => {
    for (const [from, to] of await pairs(operands(args), place)) {
      await mkdir(dirname(to), { recursive: true });
      await rename(from, to);
    }
  },
};

/** The words that are not options; an option such as `-m` takes the next word with it. */
function operands(args: readonly string[], withValue: readonly string[] = []): readonly string[] {
  return args.filter((arg, index) => !arg.startsWith('-') && !withValue.includes(args[index - 1] ?? ''));
}

async function matches(path: string, { root, state }: RunPlace): Promise<readonly string[]> {
  const clean = posix.resolve(state.workdir, path);
  const folder = inRoot(root, dirname(clean));
  if (!/[*?[]/.test(basename(clean))) return [inRoot(root, clean)];
  const pattern = globPattern(basename(clean));
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => pattern.test(name)).map((name) => join(folder, name));
}

async function pairs(paths: readonly string[], place: RunPlace): Promise<readonly (readonly [string, string])[]> {
  const to = inRoot(place.root, place.state.workdir, paths.at(-1) ?? '/');
  const from = (await Promise.all(paths.slice(0, -1).map((path) => matches(path, place)))).flat();
  const intoFolder =
    paths.at(-1)?.endsWith('/') ||
    (isThere(to) &&
      (await readdir(to).then(
        () => true,
        () => false,
      )));
  return from.map((path) => [path, intoFolder ? join(to, basename(path)) : to]);
}

const NPM_VERBS = new Set([
  'ci',
  'clean-install',
  'install',
  'i',
  'run',
  'run-script',
  'prune',
  'rebuild',
  'dedupe',
  'pkg',
  'exec',
]);

async function runNpm(args: readonly string[], step: RunStep, place: RunPlace): Promise<void> {
  const [verb = '', ...rest] = args.filter((arg) => !arg.startsWith('-'));
  if (verb === 'cache') return;
  if (verb === 'set' || verb === 'config') {
    const [name = '', value = ''] = (verb === 'config' ? rest.slice(1) : rest).join(' ').split(/[\s=]+/);
    place.state.npmConfig[`npm_config_${name.replaceAll('-', '_')}`] = value;
    return;
  }
  const global = args.some((arg) => arg === '-g' || arg === '--global' || arg === '--location=global');
  // npm is this machine's, so installing another version of it has no effect.
  if (global && rest.every((name) => /^npm(@|$)/.test(name))) return;
  if (global || !NPM_VERBS.has(verb)) throw new Error(`the twin's builds do not run ${step.words.join(' ')}`);
  await runOnMachine(args, step, place);
}

async function runOnMachine(_args: readonly string[], step: RunStep, place: RunPlace): Promise<void> {
  const [program = '', ...args] = step.words;
  place.progress(`${step.words.join(' ')}, once`);
  await runQuietly(
    [basename(program), ...args.map((arg) => localArgument(arg, place.root, []))],
    place,
    step.environment,
  );
}

async function runQuietly(
  [program = '', ...args]: readonly string[],
  { root, state, reaper }: RunPlace,
  variables: Readonly<Record<string, string>> = {},
): Promise<void> {
  const file = machineProgram(program);
  if (!file) throw new Error(`${program} is not on this machine; install it, or put it on PATH`);
  const said: string[] = [];
  const cwd = inRoot(root, state.workdir);
  const child = new ProcessGroup(reaper, {
    command: [file, ...args],
    cwd,
    environment: { ...machineEnvironment(), ...variables, ...state.npmConfig, PATH: machinePath() },
    output: (_, text) => said.push(text),
  });
  const { code } = await child.exited;
  if (code === 0) return;
  const lines = said.join('').trimEnd().split('\n').slice(-12);
  throw new Error(
    `${[program, ...args].join(' ')} ended with ${code}:\n${lines.map((line) => `    ${line}`).join('\n')}`,
  );
}

/** What npm needs from this machine to reach its registry; nothing else, so that a build is the same for everyone. */
const FROM_MACHINE =
  /^(HOME|USER|LOGNAME|TMPDIR|LANG|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|npm_config_(registry|userconfig|globalconfig|cache|cafile|ca|strict_ssl|proxy|https_proxy|noproxy|.*:_.*))$/i;

function machineEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => FROM_MACHINE.test(entry[0]) && entry[1] !== undefined,
    ),
  );
}
