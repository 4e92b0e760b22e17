import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { aws_ecr_assets as assets, aws_ecs as ecs, Stack } from 'aws-cdk-lib';
import { StageProfile } from '../../lib/constructs/stage-profile.ts';
import { ShopStage } from '../../lib/shop/shop-stage.ts';
import { expectFixedImages } from '../../lib/testing/fixed-images.ts';
import { testApp } from '../../lib/testing/test-app.ts';

function plainStack(image: ecs.ContainerImage): Stack {
  const stack = new Stack(testApp(), 'Plain', { env: { region: 'us-east-1' } });
  const task = new ecs.FargateTaskDefinition(stack, 'Task', {
    runtimePlatform: {
      cpuArchitecture: ecs.CpuArchitecture.ARM64,
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
    },
  });
  task.addContainer('app', { image });
  return stack;
}

describe('incident 20: the wrong image', () => {
  it.each([StageProfile.dev('dev'), StageProfile.prod('prod')])('never runs in stage $name', (stage) => {
    const shop = new ShopStage(testApp(), stage.name, { stage, env: { region: 'us-east-1' } });
    expect(() => expectFixedImages(shop)).not.toThrow();
  });

  describe('in a plain stack', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-'));
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
    afterAll(() => rmSync(folder, { recursive: true }));

    it('runs where nobody says which', () => {
      const judged = (name: string) => () => expectFixedImages(plainStack(ecs.ContainerImage.fromRegistry(name)));
      expect(judged('nginx:latest')).toThrow(
        'Plain/Task: got app of nginx:latest; name the image by its digest or a tag other than latest, or build it',
      );
      expect(judged(`nginx@sha256:${'0'.repeat(64)}`)).not.toThrow();
    });

    it.each([
      [undefined, 'whatever machine builds it'],
      [assets.Platform.LINUX_AMD64, 'linux/amd64'],
    ])('runs where it was built for %s', (platform, built) => {
      const stack = plainStack(ecs.ContainerImage.fromAsset(folder, { platform }));
      expect(() => expectFixedImages(stack)).toThrow(
        `Plain/Task: got app built for ${built}; build it for linux/arm64, which the task runs on`,
      );
    });
  });
});
