import { constants, existsSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Container } from '../../system/service.ts';
import { IMAGE_FOLDERS, inRoot, isInside } from '../images/container-path.ts';
import { userName } from '../images/image-owners.ts';
import type { PreparedImage } from '../images/image-store.ts';
import { writeImageTools } from '../images/image-tools.ts';
import { cloneFolder } from '../images/layer-store.ts';
import { machinePath, machineProgram } from '../images/machine-programs.ts';
import { writePlainScripts } from '../plain-scripts.ts';
import type { ContainerPlace } from './container-command.ts';
import { permissionFlags } from './node-flags.ts';
import { CONTAINER_VIEW_FILE, type ContainerView } from './preload/container-view.ts';

/** A container's own files, and what makes its processes see them. */
export interface ContainerFiles extends ContainerPlace {
  readonly container: Container;
  readonly image: PreparedImage;
  /** The user the container runs as. */
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments for `NODE_OPTIONS`. */
  readonly nodeOptions: readonly string[];
}

/** The files of a task; they are removed with it. */
export interface TaskFiles {
  readonly containers: readonly ContainerFiles[];
  remove(): Promise<void>;
}

/** Gives each task a copy of its images' files. */
export class TaskFolders {
  readonly #data: string;
  readonly #folder: string;
  readonly #preload: string;
  readonly #tools: ReturnType<typeof writeImageTools>;

  /** `data` is the twin's data folder. What a killed twin's tasks left is removed. */
  constructor(data: string) {
    this.#data = realpathSync(data);
    this.#folder = join(this.#data, 'tasks');
    rmSync(this.#folder, { recursive: true, force: true });
    const preload = writePlainScripts(join(import.meta.dirname, 'preload'), join(this.#folder, 'preload'));
    this.#preload = join(preload, 'container-root.cjs');
    this.#tools = writeImageTools(join(this.#folder, 'tools'));
  }

  /** Makes the files of a task; `images` has the image of each container that runs. */
  async open(
    task: string,
    containers: readonly Container[],
    images: ReadonlyMap<string, PreparedImage>,
  ): Promise<TaskFiles> {
    const folder = join(this.#folder, task);
    const mounted = new Map<string, string>();
    const opened: ContainerFiles[] = [];
    for (const container of containers) {
      const image = images.get(container.name);
      if (image) opened.push(await this.#openContainer(join(folder, container.name), container, image, mounted));
    }
    return { containers: opened, remove: () => rm(folder, { recursive: true, force: true }) };
  }

  async #openContainer(
    folder: string,
    container: Container,
    image: PreparedImage,
    mounted: Map<string, string>,
  ): Promise<ContainerFiles> {
    const root = join(folder, 'root');
    await mkdir(folder, { recursive: true });
    // Under a read-only root nobody can write to modules, so tasks share them.
    if (container.readonlyRoot) await shareModules(image.root, root);
    else await cloneFolder(image.root, root);
    const user = userName(container.user ?? image.user);
    const workdir = container.workingDirectory ?? image.workdir;
    await mkdir(inRoot(root, workdir), { recursive: true });
    const volumes: { folder: string; writable: boolean }[] = [{ folder: join(root, '/dev/shm'), writable: true }];
    for (const mount of container.volumes) {
      const declared = image.volumes.findLast(({ path }) => path === mount.path.replace(/\/$/, ''));
      const at = inRoot(root, mount.path);
      const owner = declared?.owner ?? 'root';
      const writable = !mount.readOnly && (user === 'root' || owner === user || owner === '*');
      volumes.push({ folder: await mountVolume(at, mounted, mount.volume, declared !== undefined), writable });
    }
    const places = [
      ...new Set([...image.places, workdir, ...container.volumes.map(({ path }) => path), ...IMAGE_FOLDERS]),
    ].filter((place) => place !== '/');
    const view: ContainerView = {
      root,
      data: this.#data,
      places,
      known: this.#known(places),
      volumes,
      readonlyRoot: container.readonlyRoot,
    };
    // Stops the lookup of `type` and `imports`, so that a project around the data folder does not affect the image.
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'view.json'), JSON.stringify(view));
    const writable = volumes.filter((volume) => volume.writable).map((volume) => volume.folder);
    return {
      container,
      image,
      user,
      root,
      workdir,
      places,
      path: containerPath(
        root,
        container.environment.PATH ?? image.environment.PATH ?? '',
        this.#tools(image.base.variant),
      ),
      environment: { [CONTAINER_VIEW_FILE]: join(folder, 'view.json') },
      nodeOptions: [
        `--require=${this.#preload}`,
        ...((container.readonlyRoot ? permissionFlags(writable) : undefined) ?? []),
      ],
    };
  }

  /** Folders of this machine that a process needs although the container has a folder of the same name. */
  #known(places: readonly string[]): readonly string[] {
    const programs = [process.execPath, machineProgram('npm')].flatMap((path) =>
      path ? [path, realpathSync(path)] : [],
    );
    const folders = programs.map((path) =>
      path.includes('/lib/node_modules/') ? path.replace(/\/lib\/node_modules\/.*/, '') : dirname(dirname(path)),
    );
    return [this.#data, ...new Set(folders.filter((folder) => places.some((place) => isInside(folder, place))))];
  }
}

/** `PATH` with the folders the image brings, then its tools, then this machine's. */
function containerPath(root: string, path: string, tools: string): string {
  const folders = path.split(':').filter((folder) => folder !== '' && existsSync(inRoot(root, folder)));
  return machinePath([...folders.map((folder) => inRoot(root, folder)), tools]);
}

/** Mounts a volume: the first container holds its folder, the others link to it. */
async function mountVolume(
  at: string,
  mounted: Map<string, string>,
  volume: string,
  keepsContent: boolean,
): Promise<string> {
  const held = mounted.get(volume);
  if (!keepsContent || held) await rm(at, { recursive: true, force: true });
  await mkdir(held ? dirname(at) : at, { recursive: true });
  if (held) await symlink(held, at);
  else mounted.set(volume, at);
  return held ?? at;
}

/** Copies a folder, but links to its `node_modules` instead of copying them. */
async function shareModules(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (!entry.isDirectory()) await copyFile(source, target, constants.COPYFILE_FICLONE);
    else if (entry.name !== 'node_modules') await shareModules(source, target);
    else if (leadsElsewhere(source)) await cloneFolder(source, target);
    else await symlink(source, target);
  }
}

/** Whether a package is a link, as in a workspace: through a shared folder it would be loaded twice. */
function leadsElsewhere(modules: string): boolean {
  return readdirSync(modules, { withFileTypes: true }).some(
    (entry) =>
      entry.isSymbolicLink() ||
      (entry.name.startsWith('@') &&
        existsSync(join(modules, entry.name)) &&
        leadsElsewhere(join(modules, entry.name))),
  );
}
