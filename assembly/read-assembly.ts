import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Assembly, ImageAsset, Stack, Template } from './assembly.ts';
import { AssemblyError } from './assembly-error.ts';
import { readImages } from './image-asset.ts';
import { readJsonFile } from './json-file.ts';
import { type Artifact, type Manifest, type MetadataByPath, readManifest, stagesOf } from './manifest.ts';
import { readNested } from './nested-template.ts';

/** Account of stacks that name none. */
export const AGNOSTIC_ACCOUNT = '000000000000';

/** Region of stacks that name none. */
export const AGNOSTIC_REGION = 'us-east-1';

/**
 * Reads the cloud assembly in a folder (`cdk.out`), or one stage of it. Stacks without an account or a region get
 * {@link AGNOSTIC_ACCOUNT} and {@link AGNOSTIC_REGION}. Zones that were never looked up have made-up names, which does
 * no harm here; any other value that was not is an error.
 */
export const readAssembly = (directory: string, options: { readonly stage?: string } = {}): Assembly => {
  const root = readManifest(resolve(directory));
  const [stage, manifest] = pickStage(root, options.stage);
  const missing = manifest.missing.filter(({ provider }) => provider !== 'availability-zones');
  if (missing.length > 0) {
    const keys = missing.map(({ key }) => key).join(', ');
    throw new AssemblyError(
      `${manifest.directory}: values were never looked up in the account: ${keys}; ` +
        'run cdk synth once with credentials and keep cdk.context.json, or give the values without a lookup',
    );
  }
  const artifacts = Object.entries(manifest.artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const stacks = artifacts.map(([id, artifact]) => readStack(manifest, id, artifact));
  if (stacks.length === 0)
    throw new AssemblyError(`${manifest.directory} has no stacks; synthesize an app with at least one`);
  const images = new Map<string, ImageAsset>();
  for (const [index, [, artifact]] of artifacts.entries())
    for (const file of assetFiles(manifest, artifact))
      for (const image of readImages(file, stacks[index]!)) images.set(`${image.repository}:${image.tag}`, image);
  return { directory: root.directory, stage, stacks, images: [...images.values()] };
};

const pickStage = (root: Manifest, wanted: string | undefined): readonly [string | undefined, Manifest] => {
  const stages = stagesOf(root);
  const names = [...stages.keys()].join(', ');
  if (wanted !== undefined) {
    const stage = stages.get(wanted);
    if (stage) return [wanted, stage];
    const advice = names === '' ? 'it has no stages, name none' : `name one of ${names}`;
    throw new AssemblyError(`${root.directory} has no stage ${wanted}; ${advice}`);
  }
  if (stages.size > 1)
    throw new AssemblyError(`${root.directory} has several stages; name one of ${names} with --stage`);
  return [...stages][0] ?? [undefined, root];
};

const readStack = (manifest: Manifest, id: string, artifact: Artifact): Stack => {
  const { environment = '', properties, dependencies = [] } = artifact;
  const [account = '', region = ''] = environment.replace('aws://', '').split('/');
  const file = join(manifest.directory, properties?.templateFile ?? `${id}.template.json`);
  const template = readTemplate(file);
  return {
    name: stackName(id, artifact),
    path: artifact.displayName ?? id,
    account: account === '' || account === 'unknown-account' ? AGNOSTIC_ACCOUNT : account,
    region: region === '' || region === 'unknown-region' ? AGNOSTIC_REGION : region,
    template,
    metadata: readMetadata(manifest, artifact),
    dependsOn: dependencies.flatMap((dependency) => {
      const other = manifest.artifacts[dependency];
      return other?.type === 'aws:cloudformation:stack' ? stackName(dependency, other) : [];
    }),
    nested: readNested(template, manifest.directory, assetFiles(manifest, artifact), readTemplate),
  };
};

const stackName = (id: string, artifact: Artifact): string => artifact.properties?.stackName ?? id;

const readTemplate = (file: string): Template => {
  const template = readJsonFile<Partial<Template>>(file, 'the manifest names it: synthesize again');
  return { ...template, Resources: template.Resources ?? {} };
};

const readMetadata = (manifest: Manifest, artifact: Artifact): Stack['metadata'] => {
  const more = artifact.additionalMetadataFile && join(manifest.directory, artifact.additionalMetadataFile);
  const fromFile = more && existsSync(more) ? readJsonFile<MetadataByPath>(more, 'synthesize again') : {};
  const metadata = new Map<string, { type: string; data: unknown }[]>();
  for (const [path, entries] of [...Object.entries(artifact.metadata ?? {}), ...Object.entries(fromFile)]) {
    const key = path.replace(/^\//, '');
    metadata.set(key, [...(metadata.get(key) ?? []), ...entries.map(({ type, data }) => ({ type, data }))]);
  }
  return metadata;
};

const assetFiles = (manifest: Manifest, stack: Artifact): readonly string[] =>
  (stack.dependencies ?? []).flatMap((dependency) => {
    const { type, properties } = manifest.artifacts[dependency] ?? {};
    return type === 'cdk:asset-manifest' && properties?.file ? join(manifest.directory, properties.file) : [];
  });
