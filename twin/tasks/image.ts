import type { ImageAsset } from '../../assembly/assembly.ts';
import type { Reaper } from '../reaper.ts';
import type { BaseImage } from './base-image.ts';
import { buildImage } from './image-build.ts';
import { LayerStore } from './layer-store.ts';

/** An image made ready for this machine; what its tasks start from. */
export interface PreparedImage {
  readonly kind: 'prepared';
  /** Folder with the image's files; tasks copy it. */
  readonly root: string;
  readonly base: BaseImage;
  readonly workdir: string;
  /** `root` where the Dockerfile says none. */
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly entryPoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  readonly stopSignal: string | undefined;
  /** Declared by `VOLUME`; `owner` is `*` where everyone may write. */
  readonly volumes: readonly { readonly path: string; readonly owner: string }[];
  /** Folders that are the image's own: what is not in them is nowhere. */
  readonly places: readonly string[];
}

/** An image the twin cannot run, and why, by name. */
export interface RefusedImage {
  readonly kind: 'refused';
  readonly why: string;
}

export interface ImageStoreOptions {
  /** Where prepared images are kept from one start to the next. */
  readonly folder: string;
  readonly reaper: Reaper;
}

/** Makes images ready, each once. */
export class ImageStore {
  readonly #layers: LayerStore;
  readonly #reaper: Reaper;

  constructor({ folder, reaper }: ImageStoreOptions) {
    this.#layers = new LayerStore(folder);
    this.#reaper = reaper;
  }

  /** Makes an image ready. `asset` is undefined for an image of a registry, which the twin does not have. */
  async prepare(
    image: { readonly image: string; readonly asset: ImageAsset | undefined },
    progress: (text: string) => void,
  ): Promise<PreparedImage | RefusedImage> {
    const { asset } = image;
    if (!asset) {
      return {
        kind: 'refused',
        why: `image ${image.image} comes from a registry; the twin runs images built from a Dockerfile`,
      };
    }
    try {
      const { root, state } = await buildImage(asset, { layers: this.#layers, reaper: this.#reaper, progress });
      const { base, workdir, user, environment, entryPoint, command, stopSignal, volumes } = state;
      const places = [...new Set(state.places)];
      return {
        kind: 'prepared',
        root,
        base,
        workdir,
        user,
        environment,
        entryPoint,
        command,
        stopSignal,
        volumes,
        places,
      };
    } catch (error) {
      return { kind: 'refused', why: (error as Error).message };
    }
  }

  /** Removes what was prepared and not used for long. */
  tidy(): Promise<void> {
    return this.#layers.tidy();
  }
}
