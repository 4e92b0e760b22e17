import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { ImageAsset } from '../../assembly/assembly.ts';
import type { Command, Copy, Instruction, Run, Stage } from '../../assembly/dockerfile.ts';
import { IMAGE_PATH, parseDockerfile } from '../../assembly/parse-dockerfile.ts';
import type { Reaper } from '../reaper.ts';
import { readBaseImage } from './base-image.ts';
import { IMAGE_FOLDERS, inRoot, isThere } from './container-path.ts';
import { type DockerIgnore, readDockerIgnore } from './docker-ignore.ts';
import { type CopyEntry, copyInto, digestOf, listCopy } from './image-copy.ts';
import { readMounts } from './image-mounts.ts';
import { ownerOf, userName } from './image-owners.ts';
import { isSlow, performStep } from './image-run.ts';
import { firstState, type ImageState } from './image-state.ts';
import type { Layer, LayerStore } from './layer-store.ts';
import { readRunSteps } from './run-steps.ts';

/** What a build works with. */
export interface BuildOptions {
  readonly layers: LayerStore;
  readonly reaper: Reaper;
  /** Reports what takes a while. */
  readonly progress: (text: string) => void;
}

/** Part of every key, so that results of another builder version are not reused; raise it when building changes. */
const BUILDER = `1 ${process.version} ${process.platform}-${process.arch}`;

/** Builds a Dockerfile's image, starting from its last kept layer. What cannot be built is an error that names it. */
export async function buildImage(asset: ImageAsset, options: BuildOptions): Promise<Layer> {
  const text = await readFile(join(asset.directory, asset.dockerfile), 'utf8');
  const { target } = parseDockerfile(text, asset);
  return new ImageBuild(asset.directory, await ignoreOf(asset), options).stage(target);
}

async function ignoreOf(asset: ImageAsset): Promise<DockerIgnore> {
  for (const name of [`${asset.dockerfile}.dockerignore`, '.dockerignore']) {
    const text = await readFile(join(asset.directory, name), 'utf8').catch(() => undefined);
    if (text !== undefined) return readDockerIgnore(text);
  }
  return readDockerIgnore('');
}

class ImageBuild {
  readonly #context: string;
  readonly #ignore: DockerIgnore;
  readonly #options: BuildOptions;

  constructor(context: string, ignore: DockerIgnore, options: BuildOptions) {
    this.#context = context;
    this.#ignore = ignore;
    this.#options = options;
  }

  async stage(stage: Stage): Promise<Layer> {
    const { layers } = this.#options;
    let layer = 'stage' in stage.base ? await this.stage(stage.base.stage) : await this.#base(stage.base.image);
    for (const batch of batches(stage.instructions)) {
      layer = await layers.on(layer, await this.#key(batch), this.#perform(batch));
    }
    return layer;
  }

  async #base(image: string): Promise<Layer> {
    const base = readBaseImage(image);
    if (!base) throw new Error(`the twin runs images made FROM node:<tag>, got FROM ${image}`);
    return this.#options.layers.first(hash([BUILDER, image]), async (root) => {
      for (const folder of IMAGE_FOLDERS) await mkdir(join(root, folder), { recursive: true });
      return { ...firstState(base, IMAGE_PATH), places: [...IMAGE_FOLDERS] };
    });
  }

  /** A hash of what the instructions say and of the files they bring. */
  async #key(instructions: readonly Instruction[]): Promise<string> {
    const parts: unknown[] = [];
    for (const instruction of instructions) {
      if (instruction.kind === 'COPY' || instruction.kind === 'ADD') {
        // Where files land depends on folders made before; the key of the layer below covers those.
        const entries = await named(instruction, () => this.#entries(instruction, '/', false));
        parts.push(instruction.text, await digestOf(entries));
      } else parts.push({ ...instruction, line: undefined });
      if (instruction.kind === 'RUN') {
        parts.push(await digestOf(await named(instruction, () => this.#mounted(instruction, '/'))));
      }
    }
    return hash(parts);
  }

  #perform(instructions: readonly Instruction[]): (root: string, state: ImageState) => Promise<ImageState> {
    return async (root, before) => {
      const state = structuredClone(before);
      for (const [index, instruction] of instructions.entries()) {
        const commandIsOurs = instructions.slice(0, index).some(({ kind }) => kind === 'CMD');
        await named(instruction, () => this.#apply(instruction, root, state, commandIsOurs));
      }
      return state;
    };
  }

  async #apply(instruction: Instruction, root: string, state: ImageState, commandIsOurs: boolean): Promise<void> {
    switch (instruction.kind) {
      case 'ENV':
        Object.assign(state.environment, instruction.variables);
        return;
      case 'WORKDIR':
        state.workdir = posix.resolve(state.workdir, instruction.path);
        if (state.workdir.lastIndexOf('/') > 0 || !SYSTEM_FOLDERS.has(state.workdir)) state.places.push(state.workdir);
        await mkdir(inRoot(root, state.workdir), { recursive: true });
        return;
      case 'USER':
        state.user = instruction.user;
        return;
      case 'STOPSIGNAL':
        state.stopSignal = instruction.signal;
        return;
      case 'SHELL':
        state.shell = instruction.command;
        return;
      case 'CMD':
        state.command = argumentsOf(instruction.command, state.shell);
        return;
      case 'ENTRYPOINT':
        state.entryPoint = argumentsOf(instruction.command, state.shell);
        if (!commandIsOurs) state.command = undefined;
        return;
      case 'VOLUME':
        for (const path of instruction.paths) {
          const clean = posix.resolve(state.workdir, path);
          await mkdir(inRoot(root, clean), { recursive: true });
          state.volumes.push({ path: clean, owner: ownerOf(clean, state.owners) });
        }
        return;
      case 'COPY':
      case 'ADD':
        return this.#copy(instruction, root, state);
      case 'RUN':
        return this.#run(instruction, root, state);
    }
  }

  async #run(instruction: Run, root: string, state: ImageState): Promise<void> {
    const { progress, reaper } = this.#options;
    const { workdir } = state;
    const mounted = (await this.#mounted(instruction, workdir)).filter(({ to }) => !isThere(join(root, to)));
    await copyInto(root, mounted, undefined);
    for (const step of readRunSteps(instruction)) await performStep(step, { root, state, progress, reaper });
    for (const entry of mounted) if (entry.kind !== 'folder') await rm(join(root, entry.to), { force: true });
    // A `cd` lasts as long as its RUN.
    state.workdir = workdir;
  }

  /** What the mounts of a RUN bring into the image. */
  async #mounted(run: Run, workdir: string): Promise<CopyEntry[]> {
    const entries: CopyEntry[] = [];
    for (const { source, target } of readMounts(run.flags)) {
      const destination = posix.resolve(workdir, target);
      const request = { sources: [source], inline: [], destination, destinationIsFolder: false };
      entries.push(...(await listCopy(this.#context, request, this.#ignore)));
    }
    return entries;
  }

  async #copy(instruction: Copy & { readonly kind: 'COPY' | 'ADD' }, root: string, state: ImageState): Promise<void> {
    const destination = posix.resolve(state.workdir, instruction.destination);
    const isFolder = await stat(inRoot(root, destination)).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const entries = await this.#entries(instruction, destination, isFolder);
    await copyInto(root, entries, instruction.chmod === undefined ? undefined : Number.parseInt(instruction.chmod, 8));
    if (instruction.chown === undefined) return;
    for (const { to } of entries) state.owners.push({ path: to, user: userName(instruction.chown), recursive: true });
  }

  async #entries(copy: Copy & { readonly kind: string }, destination: string, isFolder: boolean): Promise<CopyEntry[]> {
    const foreign = copy.flags.find((flag) => flag !== '--link');
    if (foreign) throw new Error(`the twin's builds do not support ${copy.kind} ${foreign}`);
    const unpacked =
      copy.kind === 'ADD' && copy.sources.find((source) => /^\w+:\/\/|^git@|\.(tar|tgz|tar\.\w+)$/.test(source));
    if (unpacked) throw new Error(`the twin's builds do not ADD ${unpacked}`);
    if (copy.from && 'image' in copy.from) throw new Error(`the twin has no image ${copy.from.image} to copy from`);
    const slash = copy.destination.endsWith('/') && !destination.endsWith('/') ? '/' : '';
    const request = {
      sources: copy.sources,
      inline: copy.inline,
      destination: `${destination}${slash}`,
      destinationIsFolder: isFolder,
    };
    if (!copy.from) return listCopy(this.#context, request, this.#ignore);
    return listCopy((await this.stage(copy.from.stage)).root, request);
  }
}

/** System folders that an image shares with this machine. */
const SYSTEM_FOLDERS = new Set([
  '/',
  '/usr',
  '/etc',
  '/bin',
  '/sbin',
  '/lib',
  '/dev',
  '/proc',
  '/sys',
  '/opt',
  '/var',
  '/home',
]);

/** Cuts after each instruction whose result is worth its own layer. */
function batches(instructions: readonly Instruction[]): readonly (readonly Instruction[])[] {
  const cut: Instruction[][] = [[]];
  for (const instruction of instructions) {
    cut.at(-1)!.push(instruction);
    if (named(instruction, () => instruction.kind === 'RUN' && readRunSteps(instruction).some(isSlow))) cut.push([]);
  }
  return cut.filter((batch) => batch.length > 0);
}

/** Works on an instruction; an error names it. */
function named<T>(instruction: Instruction, work: () => T): T {
  const raise = (error: Error): never => {
    throw new Error(`Dockerfile line ${instruction.line}: ${instruction.text.split('\n')[0]}: ${error.message}`);
  };
  try {
    const done = work();
    return done instanceof Promise ? (done.catch(raise) as T) : done;
  } catch (error) {
    return raise(error as Error);
  }
}

const argumentsOf = (command: Command, shell: readonly string[]): readonly string[] =>
  command.form === 'exec' ? command.words : [...shell, command.script];

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
