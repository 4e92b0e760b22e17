import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { aws_ecr_assets as assets, CfnCondition, CfnParameter, aws_ecr as ecr, aws_ecs as ecs, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { expectFixedImages } from '../../../lib/testing/fixed-images.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { testStack } from '../constructs/test-stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'fixed-images-'));
writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
writeFileSync(join(folder, 'image.tar'), 'an image');
afterAll(() => rmSync(folder, { recursive: true }));

function taskOf(scope: Construct, image: ecs.ContainerImage): ecs.FargateTaskDefinition {
  const runtimePlatform = {
    cpuArchitecture: ecs.CpuArchitecture.ARM64,
    operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
  };
  const task = new ecs.FargateTaskDefinition(scope, 'Task', { runtimePlatform });
  task.addContainer('app', { image });
  return task;
}

describe('an image that is named', () => {
  const judged = (image: (scope: Construct) => ecs.ContainerImage) => {
    const stack = testStack();
    taskOf(stack, image(stack));
    return () => expectFixedImages(stack);
  };
  const named = (name: string) => judged(() => ecs.ContainerImage.fromRegistry(name));

  it.each([
    'nginx:1.29',
    'localhost:5000/app:1.29',
    `nginx@sha256:${'0'.repeat(64)}`,
    `nginx:latest@sha256:${'0'.repeat(64)}`,
  ])('%s says which it is', (name) => {
    expect(named(name)).not.toThrow();
  });

  it.each(['nginx', 'nginx:latest', 'localhost:5000/app'])('%s does not', (name) => {
    expect(named(name)).toThrow(
      `Test/Task: got app of ${name}; name the image by its digest or a tag other than latest, or build it`,
    );
  });

  it('may get its tag or digest, or all of its name, at deployment', () => {
    const chosen = (prefix: string) => (scope: Construct) =>
      ecs.ContainerImage.fromEcrRepository(
        new ecr.Repository(scope, 'Repository'),
        prefix + new CfnParameter(scope, 'Version').valueAsString,
      );
    expect(judged(chosen(''))).not.toThrow();
    expect(judged(chosen('sha256:'))).not.toThrow();
    const whole = (scope: Construct) => new CfnParameter(scope, 'Image').valueAsString;
    expect(judged((scope) => ecs.ContainerImage.fromRegistry(whole(scope)))).not.toThrow();
    const digested = (scope: Construct) => new ecr.Repository(scope, 'Repository').repositoryUriForDigest(whole(scope));
    expect(judged((scope) => ecs.ContainerImage.fromRegistry(digested(scope)))).not.toThrow();
  });

  it('says nothing by its repository alone, whose name is known at deployment', () => {
    const untagged = (scope: Construct) => new ecr.Repository(scope, 'Repository').repositoryUri;
    expect(judged((scope) => ecs.ContainerImage.fromRegistry(untagged(scope)))).toThrow(/got app of .*\/\$\{…\}; name/);
  });
});

describe('an image that is built', () => {
  it('may be built in another stack, for the processor of the task', () => {
    const judged = (platform?: assets.Platform) => {
      const app = testApp();
      const asset = new assets.DockerImageAsset(testStack('Images', app), 'Image', { directory: folder, platform });
      taskOf(testStack('Services', app), ecs.ContainerImage.fromDockerImageAsset(asset));
      return () => expectFixedImages(app);
    };
    expect(judged(assets.Platform.LINUX_ARM64)).not.toThrow();
    expect(judged(assets.Platform.LINUX_AMD64)).toThrow(
      'Services/Task: got app built for linux/amd64; build it for linux/arm64, which the task runs on',
    );
    expect(judged()).toThrow('got app built for whatever machine builds it; build it for linux/arm64');
  });

  it('must fit each processor the task may have', () => {
    const judged = (architecture: unknown) => {
      const stack = testStack();
      const image = ecs.ContainerImage.fromAsset(folder, { platform: assets.Platform.LINUX_ARM64 });
      const task = taskOf(stack, image).node.defaultChild as ecs.CfnTaskDefinition;
      new CfnCondition(stack, 'Big', { expression: Fn.conditionEquals('a', 'b') });
      task.addPropertyOverride('RuntimePlatform.CpuArchitecture', architecture);
      return () => expectFixedImages(stack);
    };
    expect(judged({ 'Fn::If': ['Big', 'ARM64', 'ARM64'] })).not.toThrow();
    expect(judged({ 'Fn::If': ['Big', 'ARM64', 'X86_64'] })).toThrow(
      'build it for linux/amd64, which the task runs on',
    );
    expect(judged({ Ref: 'Processor' })).toThrow(
      `Test/Task: got app built for linux/arm64 and a task on \${…}; set cpuArchitecture to ARM64 or X86_64`,
    );
  });

  it('comes as it is from a tarball', () => {
    const stack = testStack();
    taskOf(stack, ecs.ContainerImage.fromTarball(join(folder, 'image.tar')));
    expect(() => expectFixedImages(stack)).not.toThrow();
  });
});
