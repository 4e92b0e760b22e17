import type { ImageAsset } from '../../assembly/assembly.ts';
import type { Reaper } from '../reaper.ts';
import { buildImage } from './image-build.ts';
import type { ImageState } from './image-state.ts';
import { LayerStore } from './layer-store.ts';

/** An image prepared for this machine; its tasks start from it. */
export interface PreparedImage extends Readonly<Omit<ImageState, BuildOnly>> {
  readonly kind: 'prepared';
  /** Folder with the image's files; tasks copy it. */
  readonly root: string;
}

/** What only the build needs. */
type BuildOnly = 'shell' | 'owners' | 'npmConfig';

/** An image the twin cannot run, and why. */
export interface RefusedImage {
  readonly kind: 'refused';
  readonly why: string;
}

/** Where images are kept. */
export interface ImageStoreOptions {
  /** Where prepared images are kept from one start to the next. */
  readonly folder: string;
  readonly reaper: Reaper;
}

/** Prepares images, each once. */
export class ImageStore {
  readonly #layers: LayerStore;
  readonly #reaper: Reaper;

  constructor({ folder, reaper }: ImageStoreOptions) {
    this.#layers = new LayerStore(folder);
    this.#reaper = reaper;
  }

  /** Prepares an image. `asset` is undefined for an image from a registry, which the twin does not have. */
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
      return { kind: 'prepared', root, ...state, places: [...new Set(state.places)] };
    } catch (error) {
      return { kind: 'refused', why: (error as Error).message };
    }
  }

  /** Removes prepared images that have not been used for long. */
  tidy(): Promise<void> {
    return this.#layers.tidy();
  }
}
