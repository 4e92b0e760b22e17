import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AssemblyError } from './assembly-error.ts';
import { readJsonFile } from './json-file.ts';

/** `manifest.json` of an assembly, as far as it is read here. */
export interface Manifest {
  /** Folder the manifest is in; its files are named relative to it. */
  readonly directory: string;
  readonly artifacts: Readonly<Record<string, Artifact>>;
  /** Values that had to be looked up in an account and were not: dummies stand in their place. */
  readonly missing: readonly { readonly key: string; readonly provider: string }[];
}

export interface Artifact {
  readonly type: string;
  /** `aws://123456789012/eu-west-1` */
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly displayName?: string;
  readonly metadata?: MetadataByPath;
  /** File with the metadata, since schema 55. */
  readonly additionalMetadataFile?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
    readonly directoryName?: string;
    readonly displayName?: string;
  };
}

export type MetadataByPath = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

/** Stages of an assembly by name: the CDK's `Stage`s, each an assembly in a folder of its own. */
export const stagesOf = (manifest: Manifest): ReadonlyMap<string, Manifest> => {
  const stages = new Map<string, Manifest>();
  for (const [id, { type, properties }] of Object.entries(manifest.artifacts)) {
    if (type !== 'cdk:cloud-assembly') continue;
    const stage = readManifest(join(manifest.directory, properties?.directoryName ?? id));
    stages.set(properties?.displayName ?? id, stage);
    for (const [name, inner] of stagesOf(stage)) stages.set(name, inner);
  }
  return stages;
};

/** Reads the manifest of the assembly in a folder. */
export const readManifest = (directory: string): Manifest => {
  if (!existsSync(directory))
    throw new AssemblyError(`${directory} does not exist; run cdk synth first, or name the folder it wrote`);
  if (!statSync(directory).isDirectory())
    throw new AssemblyError(`${directory} is a file; name the folder that cdk synth wrote (cdk.out)`);
  const file = join(directory, 'manifest.json');
  const { artifacts, missing = [] } = readJsonFile<Partial<Manifest>>(
    file,
    'this folder is no cloud assembly, name the one cdk synth wrote',
  );
  if (!artifacts) throw new AssemblyError(`${file} lists no artifacts; synthesize an app with at least one stack`);
  return { directory, artifacts, missing };
};
