import { cx_api, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { expectNone, type Finding } from './finding.ts';
import { type SynthesizedStack, synthesized } from './synthesized.ts';

const PLATFORM_OF: Readonly<Record<string, string>> = { ARM64: 'linux/arm64', X86_64: 'linux/amd64' };

/**
 * Expects of every container that its image cannot change by itself, being an asset or named by its digest, and that an
 * asset is built for the processor its task runs on (incident 20).
 */
export function expectFixedImages(scope: IConstruct): void {
  expectNone('images that stay as they are and fit their processor', synthesized(scope).flatMap(imageFindings));
}

function imageFindings({ stack, resources }: SynthesizedStack): Finding[] {
  const platforms = platformsByTag(stack);
  const tasks = resources.filter(({ type }) => type === 'AWS::ECS::TaskDefinition');
  return tasks.flatMap(({ where, properties }) => {
    const containers: { Name: string; Image: unknown }[] = properties.ContainerDefinitions ?? [];
    const wanted = PLATFORM_OF[properties.RuntimePlatform?.CpuArchitecture ?? 'X86_64'];
    return containers.flatMap(({ Name, Image }) => {
      const image = JSON.stringify(Image);
      if (/@sha256:[0-9a-f]{64}"/.test(image)) return [];
      const tag = [...platforms.keys()].find((known) => image.includes(`:${known}"`));
      if (!tag) return [{ where, got: `${Name} of ${image}`, mend: 'name the image by its digest, or build it' }];
      const built = platforms.get(tag) ?? 'whatever machine builds it';
      if (built === wanted) return [];
      return [{ where, got: `${Name} built for ${built}`, mend: `build it for ${wanted}, which the task runs on` }];
    });
  });
}

/** Processor by tag of each image the stack brings, where the image says so. */
function platformsByTag(stack: SynthesizedStack['stack']): Map<string, string | undefined> {
  const assembly = Stage.of(stack)!.synth();
  const manifests = assembly
    .getStackArtifact(topOf(stack).artifactId)
    .dependencies.filter((artifact) => cx_api.AssetManifestArtifact.isAssetManifestArtifact(artifact));
  const images = manifests.flatMap((manifest) => Object.values(manifest.contents.dockerImages ?? {}));
  return new Map(
    images.flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ imageTag }): [string, string | undefined] => [imageTag, source.platform]),
    ),
  );
}

/** The stack whose assets those of a nested one are among. */
function topOf(stack: SynthesizedStack['stack']): SynthesizedStack['stack'] {
  return stack.nestedStackParent ? topOf(stack.nestedStackParent) : stack;
}
