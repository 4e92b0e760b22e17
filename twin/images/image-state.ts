import type { BaseImage } from './base-image.ts';
import type { PathOwner } from './image-owners.ts';

/** What a build knows about an image apart from its files. Plain data, stored next to them. */
export interface ImageState {
  base: BaseImage;
  workdir: string;
  /** `root` if the Dockerfile names none. */
  user: string;
  environment: Record<string, string>;
  entryPoint: readonly string[] | undefined;
  command: readonly string[] | undefined;
  shell: readonly string[];
  stopSignal: string | undefined;
  /** Declared by `VOLUME`, with the owner of the path at that moment: `*` if everyone may write. */
  volumes: { readonly path: string; readonly owner: string }[];
  owners: PathOwner[];
  /** Settings made by `npm config set`, as variables. */
  npmConfig: Record<string, string>;
  /** Folders that are the image's own: what is not in them does not exist, whatever this machine has there. */
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
