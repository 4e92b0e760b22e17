import type { BaseImage } from './base-image.ts';
import type { PathOwner } from './image-owners.ts';

/** What a build knows of the image besides its files. Plain data, kept beside them. */
export interface ImageState {
  base: BaseImage;
  workdir: string;
  user: string;
  environment: Record<string, string>;
  entryPoint: readonly string[] | undefined;
  command: readonly string[] | undefined;
  shell: readonly string[];
  stopSignal: string | undefined;
  /** Declared by `VOLUME`, with who owned the place at that moment. */
  volumes: { readonly path: string; readonly owner: string }[];
  owners: PathOwner[];
  /** Settings `npm config set` made, as variables. */
  npmConfig: Record<string, string>;
  /** Folders that are the image's own: what is not in them is nowhere, whatever this machine has there. */
  places: string[];
}

/** The state a build begins with. */
export function firstState(base: BaseImage, path: string): ImageState {
  return {
    base,
    workdir: '/',
    user: 'root',
    environment: { PATH: path },
    entryPoint: undefined,
    command: undefined,
    shell: ['/bin/sh', '-c'],
    stopSignal: undefined,
    volumes: [],
    owners: [],
    npmConfig: {},
    places: [],
  };
}
