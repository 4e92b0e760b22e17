import { dirname, resolve } from 'node:path';
import type { ImageAsset, Stack } from './assembly.ts';
import { readAssetManifest } from './asset-manifest.ts';
import { partitionOf } from './partition.ts';

/** Images an asset manifest would push for a stack, once for each place they go to. */
export const readImages = (file: string, stack: Pick<Stack, 'account' | 'region'>): readonly ImageAsset[] => {
  return Object.values(readAssetManifest(file).dockerImages).flatMap(({ source, destinations }) => {
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
