import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { aws_ecr_assets as assets, aws_ecs as ecs, Stack } from 'aws-cdk-lib';
import { AssetManifestArtifact, type CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { StageProfile } from '../../lib/constructs/stage-profile.ts';
import { ShopStage } from '../../lib/shop/shop-stage.ts';
import { testApp } from '../../lib/testing/test-app.ts';

interface TaskDefinition {
  readonly RuntimePlatform?: { readonly CpuArchitecture?: string };
  readonly ContainerDefinitions: readonly { readonly Name: string; readonly Image: unknown }[];
}

const PLATFORM_OF: Record<string, string> = { ARM64: 'linux/arm64', X86_64: 'linux/amd64' };

/** Containers whose image can change by itself, or cannot run on the task's processor. */
function imageProblems(stacks: readonly CloudFormationStackArtifact[]): string[] {
  return stacks.flatMap((stack) => {
    const platforms = platformsByTag(stack);
    const resources = Object.values<{ Type: string; Properties: TaskDefinition }>(stack.template.Resources);
    const tasks = resources.filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition');
    return tasks.flatMap(({ Properties }) =>
      Properties.ContainerDefinitions.flatMap(({ Name, Image }) => {
        const image = JSON.stringify(Image);
        if (/@sha256:[0-9a-f]{64}"/.test(image)) return [];
        const tag = [...platforms.keys()].find((known) => image.includes(`:${known}"`));
        if (!tag) return [`${stack.id} ${Name}: ${image} names neither an asset nor a digest`];
        const wanted = PLATFORM_OF[Properties.RuntimePlatform?.CpuArchitecture ?? 'X86_64'];
        const built = platforms.get(tag);
        return built === wanted ? [] : [`${stack.id} ${Name}: built for ${built}, runs on ${wanted}`];
      }),
    );
  });
}

/** Processor by tag of each image the stack brings. An image that does not say is built for whatever builds it. */
function platformsByTag(stack: CloudFormationStackArtifact): Map<string, string | undefined> {
  const images = stack.dependencies
    .filter((artifact) => AssetManifestArtifact.isAssetManifestArtifact(artifact))
    .flatMap((artifact) => Object.values(artifact.contents.dockerImages ?? {}));
  return new Map(
    images.flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ imageTag }): [string, string | undefined] => [imageTag, source.platform]),
    ),
  );
}

function plainStack(image: ecs.ContainerImage): CloudFormationStackArtifact[] {
  const app = testApp();
  const stack = new Stack(app, 'Plain', { env: { region: 'us-east-1' } });
  const task = new ecs.FargateTaskDefinition(stack, 'Task', {
    runtimePlatform: {
      cpuArchitecture: ecs.CpuArchitecture.ARM64,
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
    },
  });
  task.addContainer('app', { image });
  return app.synth().stacks;
}

describe('incident 20: the wrong image', () => {
  it.each([StageProfile.dev('dev'), StageProfile.prod('prod')])('never runs in stage $name', (stage) => {
    const { stacks } = new ShopStage(testApp(), stage.name, { stage, env: { region: 'us-east-1' } }).synth();
    const tasks = stacks.filter(({ template }) => JSON.stringify(template).includes('AWS::ECS::TaskDefinition'));
    expect(tasks).toHaveLength(2);
    expect(imageProblems(stacks)).toEqual([]);
  });

  describe('in a plain stack', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-'));
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
    afterAll(() => rmSync(folder, { recursive: true }));

    it('runs where a tag is all that names it', () => {
      expect(imageProblems(plainStack(ecs.ContainerImage.fromRegistry('nginx:latest')))).toEqual([
        'Plain app: "nginx:latest" names neither an asset nor a digest',
      ]);
    });

    it.each([
      [undefined, undefined],
      [assets.Platform.LINUX_AMD64, 'linux/amd64'],
    ])('runs where it was built for %s', (platform, built) => {
      const stacks = plainStack(ecs.ContainerImage.fromAsset(folder, { platform }));
      expect(imageProblems(stacks)).toEqual([`Plain app: built for ${built}, runs on linux/arm64`]);
    });
  });
});
