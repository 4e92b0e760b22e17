import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageState } from './image-state.ts';

/** An image or a stage of its build: files that no longer change, and its state. */
export interface Layer {
  readonly key: string;
  /** Folder that holds the files. */
  readonly root: string;
  readonly state: ImageState;
}

const STATE_FILE = 'state.json';
const UNUSED = 14 * 24 * 3_600_000;

/** Keeps layers by a hash of what went into them. A layer is complete or does not exist. */
export class LayerStore {
  readonly #folder: string;
  readonly #pending = new Map<string, Promise<Layer>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A layer that starts without files. */
  first(key: string, make: (root: string) => Promise<ImageState>): Promise<Layer> {
    return this.#once(key, (root) => make(root));
  }

  /** A layer on top of another one. */
  on(below: Layer, key: string, make: (root: string, state: ImageState) => Promise<ImageState>): Promise<Layer> {
    const combined = createHash('sha256').update(`${below.key} ${key}`).digest('hex');
    return this.#once(combined, async (root) => {
      await cloneFolder(below.root, root);
      return make(root, below.state);
    });
  }

  /** Removes layers that were not used for two weeks, and those a killed twin left incomplete. */
  async tidy(now: number = Date.now()): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const folder = join(this.#folder, name);
      const half = name.startsWith('.');
      const used = await stat(half ? folder : join(folder, STATE_FILE)).catch(() => undefined);
      if (!used || now - used.mtimeMs > (half ? UNUSED / 14 : UNUSED))
        await rm(folder, { recursive: true, force: true });
    }
  }

  #once(key: string, make: (root: string) => Promise<ImageState>): Promise<Layer> {
    const pending = this.#pending.get(key);
    if (pending) return pending;
    const layer = this.#find(key).then((found) => found ?? this.#make(key, make));
    this.#pending.set(key, layer);
    return layer.finally(() => this.#pending.delete(key));
  }

  async #find(key: string): Promise<Layer | undefined> {
    const folder = join(this.#folder, key.slice(0, 32));
    try {
      const state = JSON.parse(await readFile(join(folder, STATE_FILE), 'utf8')) as ImageState;
      const now = new Date();
      await utimes(join(folder, STATE_FILE), now, now);
      return { key, root: join(folder, 'root'), state };
    } catch {
      return undefined;
    }
  }

  async #make(key: string, make: (root: string) => Promise<ImageState>): Promise<Layer> {
    const half = join(this.#folder, `.${key.slice(0, 16)}-${randomBytes(4).toString('hex')}`);
    try {
      await mkdir(join(half, 'root'), { recursive: true });
      // Keeps a project around the data folder from affecting what Node runs during the build.
      await writeFile(join(half, 'package.json'), '{}');
      const state = await make(join(half, 'root'));
      await writeFile(join(half, STATE_FILE), JSON.stringify(state));
      await rename(half, join(this.#folder, key.slice(0, 32))).catch(async (error: NodeJS.ErrnoException) => {
        // Another twin was faster; its layer is the same.
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
      const made = await this.#find(key);
      if (!made) throw new Error(`cannot keep prepared images in ${this.#folder}`);
      return made;
    } finally {
      await rm(half, { recursive: true, force: true });
    }
  }
}

/** Copies a folder; if the disk can, both share the bytes until one side changes them. */
export async function cloneFolder(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
}
