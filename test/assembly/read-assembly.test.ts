import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { readAssembly } from '../../assembly/read-assembly.ts';
import { synthesized, temporaryFolder } from './synthesized.ts';

const oneQueue = (scope: Construct): Queue => new Queue(new Stack(scope, 'Jobs'), 'Queue');

const twoStages = (app: App): void => {
  for (const name of ['dev', 'prod']) {
    const stage = new Stage(app, name, { env: { account: '123456789012', region: 'eu-west-1' } });
    const queue = oneQueue(stage);
    queue.node.addMetadata('team', { name });
    new Stack(stage, 'Later').addStackDependency(Stack.of(queue));
  }
};

describe('readAssembly', () => {
  it('reads stacks with their templates, environment, order and metadata', () => {
    const assembly = readAssembly(synthesized(twoStages), { stage: 'prod' });
    expect(assembly.stage).toBe('prod');
    expect(assembly.stacks.map(({ name, path, account, region }) => [name, path, account, region])).toEqual([
      ['prod-Jobs', 'prod/Jobs', '123456789012', 'eu-west-1'],
      ['prod-Later', 'prod/Later', '123456789012', 'eu-west-1'],
    ]);
    const [jobs, later] = assembly.stacks;
    expect(later!.dependsOn).toEqual(['prod-Jobs']);
    expect(Object.values(jobs!.template.Resources).map(({ Type }) => Type)).toEqual(['AWS::SQS::Queue']);
    expect(jobs!.metadata.get('prod/Jobs/Queue')).toContainEqual({ type: 'team', data: { name: 'prod' } });
  });

  it('gives stacks without an environment the default one', () => {
    const [stack] = readAssembly(synthesized(oneQueue)).stacks;
    expect([stack!.account, stack!.region]).toEqual(['000000000000', 'us-east-1']);
  });

  it('takes the only stage without being told', () => {
    const directory = synthesized((app) => {
      oneQueue(new Stage(app, 'test'));
    });
    expect(readAssembly(directory).stage).toBe('test');
  });

  it('finds the folder of an image by the place it is pushed to, from inside a stage', () => {
    const context = temporaryFolder();
    writeFileSync(join(context, 'Dockerfile.web'), 'FROM node:26-slim\n');
    const directory = synthesized((app) => {
      const stack = new Stack(new Stage(app, 'test'), 'Web');
      new DockerImageAsset(stack, 'Image', {
        directory: context,
        file: 'Dockerfile.web',
        target: 'run',
        buildArgs: { MODE: 'fast' },
      });
    });
    const [image] = readAssembly(directory).images;
    expect(image).toMatchObject({
      repository: 'cdk-hnb659fds-container-assets-000000000000-us-east-1',
      dockerfile: 'Dockerfile.web',
      target: 'run',
      buildArgs: { MODE: 'fast' },
    });
    expect(readFileSync(join(image!.directory, image!.dockerfile), 'utf8')).toBe('FROM node:26-slim\n');
  });

  it.each([true, false])('reads nested templates at any depth, asset metadata: %s', (assetMetadata) => {
    const context = { 'aws:cdk:enable-asset-metadata': assetMetadata };
    const directory = synthesized((app) => {
      const outer = new NestedStack(new Stack(app, 'Shop'), 'Outer');
      new Queue(new NestedStack(outer, 'Inner'), 'Queue');
    }, context);
    const { nested } = readAssembly(directory).stacks[0]!;
    const types = [...nested].map(([id, { Resources }]) => [id.split('/').length, Object.values(Resources)[0]!.Type]);
    expect(types).toEqual([
      [1, 'AWS::CloudFormation::Stack'],
      [2, 'AWS::SQS::Queue'],
    ]);
  });

  describe('says what is wrong and what to do', () => {
    it('when the folder does not exist', () => {
      expect(() => readAssembly('/nowhere/cdk.out')).toThrow(
        /^\/nowhere\/cdk\.out does not exist; run cdk synth first/,
      );
    });

    it('when the folder is no assembly', () => {
      expect(() => readAssembly(temporaryFolder())).toThrow(
        /manifest\.json does not exist; this folder is no cloud assembly/,
      );
    });

    it('when a file is corrupt', () => {
      const directory = synthesized(oneQueue);
      writeFileSync(join(directory, 'Jobs.template.json'), '{"Resources":');
      expect(() => readAssembly(directory)).toThrow(/Jobs\.template\.json is not JSON \(.+\); synthesize again/);
    });

    it('when a template is absent', () => {
      const directory = synthesized(oneQueue);
      rmSync(join(directory, 'Jobs.template.json'));
      expect(() => readAssembly(directory)).toThrow(
        /Jobs\.template\.json does not exist; the manifest names it: synthesize/,
      );
    });

    it('when there are several stages, or not the one asked for', () => {
      const directory = synthesized(twoStages);
      expect(() => readAssembly(directory)).toThrow(/has several stages; name one of dev, prod with --stage$/);
      expect(() => readAssembly(directory, { stage: 'test' })).toThrow(/has no stage test; name one of dev, prod$/);
    });

    it('when values were never looked up', () => {
      const directory = synthesized((app) => {
        const stack = new Stack(app, 'Web', { env: { account: '123456789012', region: 'eu-west-1' } });
        Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-1' });
      });
      expect(() => readAssembly(directory)).toThrow(
        /never looked up in the account: vpc-provider:.*vpc-1.*; run cdk synth once/,
      );
    });

    it('when it holds no stack', () => {
      const directory = temporaryFolder();
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'manifest.json'), '{"artifacts":{}}');
      expect(() => readAssembly(directory)).toThrow(/has no stacks; synthesize an app with at least one/);
    });
  });
});
