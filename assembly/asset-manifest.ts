import { readJsonFile } from './json-file.ts';

/** What a stack's asset manifest says must be uploaded and pushed before the stack is deployed. */
export interface AssetManifest {
  /** Files by the hash of their content, a nested stack's template among them. */
  readonly files: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
  readonly dockerImages: Readonly<Record<string, DockerImage>>;
}

/** An image to build, and where it is pushed to. */
export interface DockerImage {
  readonly source: {
    /** Undefined for an image that a command makes. */
    readonly directory?: string;
    readonly dockerFile?: string;
    readonly dockerBuildTarget?: string;
    readonly dockerBuildArgs?: Readonly<Record<string, string>>;
    readonly platform?: string;
  };
  readonly destinations: Readonly<Record<string, { readonly repositoryName: string; readonly imageTag: string }>>;
}

/** Reads an asset manifest. */
export const readAssetManifest = (file: string): AssetManifest => ({
  files: {},
  dockerImages: {},
  ...readJsonFile<Partial<AssetManifest>>(file, 'the manifest names it: synthesize again'),
});
