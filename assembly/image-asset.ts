import { dirname, resolve } from 'node:path';
import type { ImageAsset, Stack } from './assembly.ts';
import { readJsonFile } from './json-file.ts';
import { partitionOf } from './partition.ts';

interface AssetManifest {
  readonly dockerImages?: Readonly<Record<string, DockerImage>>;
}

interface DockerImage {
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

/** Images an asset manifest would push for a stack, once for each place they go to. */
export const readImages = (file: string, stack: Pick<Stack, 'account' | 'region'>): readonly ImageAsset[] => {
  const { dockerImages = {} } = readJsonFile<AssetManifest>(file, 'the manifest names it: synthesize again');
  return Object.values(dockerImages).flatMap(({ source, destinations }) => {
    if (source.directory === undefined) return [];
    const image = {
      directory: resolve(dirname(file), source.directory),
      dockerfile: source.dockerFile ?? 'Dockerfile',
      target: source.dockerBuildTarget,
      buildArgs: source.dockerBuildArgs ?? {},
      platform: source.platform,
    };
    return Object.values(destinations).map(({ repositoryName, imageTag }) => ({
      repository: fill(repositoryName, stack),
      tag: fill(imageTag, stack),
      ...image,
    }));
  });
};

const fill = (text: string, { account, region }: Pick<Stack, 'account' | 'region'>): string => {
  const values: Readonly<Record<string, string>> = {
    AccountId: account,
    Region: region,
    Partition: partitionOf(region),
  };
  return text.replace(/\$\{AWS::(\w+)\}/g, (whole, name) => values[name] ?? whole);
};
