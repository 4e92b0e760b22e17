import { cx_api, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { expectNone, type Finding } from './finding.ts';
import { type Resource, type SynthesizedStack, synthesized } from './synthesized.ts';
import { alternatives, textOf } from './template-text.ts';

const PLATFORM_OF: Readonly<Record<string, string>> = { ARM64: 'linux/arm64', X86_64: 'linux/amd64' };

/**
 * A name that says which image: a digest, or a tag but `latest`, which is another image tomorrow. Either may be a token,
 * as may the whole name; one at the end of a repository's name is no tag.
 */
const FIXED = /@(?:sha256:[^/]+|\$\{…\})$|:(?!latest$)[^/:]+$|^\$\{…\}$/;

/** Processor by tag of each image that is built, where the build says so. */
type Platforms = ReadonlyMap<string, string | undefined>;

/**
 * Expects that every container says which image it runs, being an asset or named by its digest or a tag other than
 * `latest`, and that an image built from a Dockerfile is built for the processor its task runs on (incident 20).
 * A digest is best: whoever owns the repository may move a tag, unless the repository is told that tags don't move.
 */
export function expectFixedImages(scope: IConstruct): void {
  expectNone('images that are pinned and fit their processor', synthesized(scope).flatMap(imageFindings));
}

function imageFindings({ stack, resources }: SynthesizedStack): Finding[] {
  const platforms = platformsByTag(stack);
  const tasks = resources.filter(({ type }) => type === 'AWS::ECS::TaskDefinition');
  return tasks.flatMap((task) => {
    const containers: { Name: string; Image: unknown }[] = task.properties.ContainerDefinitions ?? [];
    return containers.flatMap(({ Name, Image }) =>
      alternatives(Image).flatMap((image) => containerFindings(task, Name, textOf(image), platforms)),
    );
  });
}

function containerFindings({ where, properties }: Resource, name: string, image: string, built: Platforms): Finding[] {
  const tag = image.slice(image.lastIndexOf(':') + 1);
  if (!built.has(tag)) {
    const mend = 'name the image by its digest or a tag other than latest, or build it';
    return FIXED.test(image) ? [] : [{ where, got: `${name} of ${image}`, mend }];
  }
  const platform = built.get(tag) ?? 'whatever machine builds it';
  return processorsOf(properties).flatMap((processor) => {
    const wanted = PLATFORM_OF[processor];
    if (wanted === platform) return [];
    const got = `${name} built for ${platform}`;
    return [
      wanted
        ? { where, got, mend: `build it for ${wanted}, which the task runs on` }
        : { where, got: `${got} and a task on ${processor}`, mend: 'set cpuArchitecture to ARM64 or X86_64' },
    ];
  });
}

/** Each processor a task may be run on. */
function processorsOf({ RuntimePlatform }: Resource['properties']): string[] {
  return alternatives(RuntimePlatform ?? {})
    .flatMap((platform) => alternatives((platform as { CpuArchitecture?: unknown }).CpuArchitecture ?? 'X86_64'))
    .map(textOf);
}

/** What the stacks of a stage build from a Dockerfile: one may run what another builds, and of a tarball it is unknown. */
function platformsByTag(stack: SynthesizedStack['stack']): Platforms {
  const { artifacts } = Stage.of(stack)!.synth();
  const manifests = artifacts.filter((artifact) => cx_api.AssetManifestArtifact.isAssetManifestArtifact(artifact));
  const images = manifests.flatMap((manifest) => Object.values(manifest.contents.dockerImages ?? {}));
  const built = images.filter(({ source }) => source.directory !== undefined);
  return new Map(
    built.flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ imageTag }): [string, string | undefined] => [imageTag, source.platform]),
    ),
  );
}
