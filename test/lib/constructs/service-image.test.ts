import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { App, CfnParameter, aws_ecr as ecr, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { AssetManifest } from 'aws-cdk-lib/cloud-assembly-schema';
import { Construct } from 'constructs';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServiceImage } from '../../../lib/constructs/service-image.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { testStack } from './test-stack.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder with these files, gone after the tests. */
function folder(files: Record<string, string> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'service-image-test-'));
  folders.push(path);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

const sources = {
  'orders/main.ts': `
    import os from './legacy.cjs';
    import { EOL } from 'node:os';
    import { fail, greeting } from '../shared/greeting.ts';
    if (process.argv.includes('--fail')) fail(EOL);
    console.log(greeting(os.platform() as string));
  `,
  'orders/legacy.cjs': `module.exports = { platform: () => require('node:os').platform() };`,
  'orders/seed.ts': `import { greeting } from '../shared/greeting.ts'; console.log('seeds', greeting('x'));`,
  'shared/greeting.ts': `
    export const greeting = (name: string): string => { return 'hello ' + name; };
    export const fail = (text: string) => { throw new Error(words.join() + text); };
    const words = [0];
    ${'words.push(words.length);\n'.repeat(100)}
  `,
};

interface Asset {
  readonly hash: string;
  readonly folder: string;
  readonly platform: string | undefined;
}

/** The one image asset of a stack that uses this image. */
function assetOf(image: ServiceImage): Asset {
  const app = testApp({ outdir: folder() });
  const stack = testStack('Test', app);
  image.bind(new Construct(stack, 'Service'));
  const assembly = app.synth();
  const manifest = JSON.parse(readFileSync(join(assembly.directory, 'Test.assets.json'), 'utf8')) as AssetManifest;
  const [[hash, { source }], ...more] = Object.entries(manifest.dockerImages!) as never as [
    [string, { source: { directory: string; platform?: string } }],
  ];
  expect(more).toEqual([]);
  return { hash, folder: join(assembly.directory, source.directory), platform: source.platform };
}

const text = (asset: Asset, file: string): string => readFileSync(join(asset.folder, file), 'utf8');
const run = promisify(execFile);

describe('ServiceImage.fromSource', () => {
  const clone = folder(sources);
  const asset = assetOf(ServiceImage.fromSource(join(clone, 'orders'), { commands: ['seed'] }));

  it('is a file per entry, and what makes an image of them', () => {
    const files = readdirSync(asset.folder).filter((file) => !file.endsWith('.map'));
    expect(files.toSorted()).toEqual(['Dockerfile', 'main.js', 'package.json', 'seed.js']);
  });

  it('runs, with CommonJS inside', async () => {
    const { stdout } = await run(process.execPath, ['main.js'], { cwd: asset.folder });
    expect(stdout).toBe(`hello ${process.platform}\n`);
  });

  it('refuses await at the top, which CommonJS does not have, and says where it stands', () => {
    const clumsy = folder({ 'main.ts': "console.log('x');\nawait Promise.resolve();" });
    expect(() => assetOf(ServiceImage.fromSource(clumsy))).toThrow(/main\.ts:2: Top-level await/);
  });

  it('fails with the line of its source, and without pages of code', async () => {
    const failed = run(process.execPath, ['--enable-source-maps', 'main.js', '--fail'], { cwd: asset.folder });
    const { stderr } = (await failed.catch((error: unknown) => error)) as { stderr: string };
    expect(stderr).toMatch(/at fail .*greeting\.ts:3:/);
    expect(Math.max(...stderr.split('\n').map((line) => line.length))).toBeLessThan(600);
  });

  it('runs its commands beside it', async () => {
    expect((await run(process.execPath, ['seed.js'], { cwd: asset.folder })).stdout).toBe('seeds hello x\n');
  });

  it('is the same, byte by byte, in every clone', () => {
    const other = folder();
    cpSync(clone, join(other, 'deeper'), { recursive: true });
    const copy = assetOf(ServiceImage.fromSource(join(other, 'deeper', 'orders', 'main.ts'), { commands: ['seed'] }));
    expect(copy.hash).toBe(asset.hash);
    for (const file of readdirSync(asset.folder)) expect(text(copy, file)).toBe(text(asset, file));
  });

  it('is another only when the code is', () => {
    const hashAfter = (change: (code: string) => string): string => {
      const files = { ...sources, 'shared/greeting.ts': change(sources['shared/greeting.ts']) };
      return assetOf(ServiceImage.fromSource(join(folder(files), 'orders'), { commands: ['seed'] })).hash;
    };
    expect(hashAfter((code) => code)).toBe(asset.hash);
    expect(hashAfter((code) => code.replace('hello', 'good bye'))).not.toBe(asset.hash);
  });

  it('says nothing of where it was made, nor carries its source twice', () => {
    for (const file of readdirSync(asset.folder)) expect(text(asset, file)).not.toContain(tmpdir());
    const maps = readdirSync(asset.folder).filter((file) => file.endsWith('.map'));
    const parsed = maps.map((map) => JSON.parse(text(asset, map)) as { sources: string[] });
    expect(parsed.flatMap(({ sources }) => sources).toSorted()).toEqual(
      ['../shared/greeting.ts', '../shared/greeting.ts', 'legacy.cjs', 'main.ts', 'seed.ts'].toSorted(),
    );
    for (const map of parsed) expect(map).not.toHaveProperty('sourcesContent');
  });

  it('is a slim image of one exact Node, run by a user who is not root', () => {
    expect(text(asset, 'Dockerfile').trim().split('\n')).toEqual([
      'FROM public.ecr.aws/docker/library/node:26.10.0-slim',
      'ENV NODE_ENV=production',
      'WORKDIR /app',
      'COPY package.json *.js *.js.map ./',
      'USER node',
      'CMD ["node", "--enable-source-maps", "main.js"]',
    ]);
  });

  it('gives /tmp to its user where it is to be written', () => {
    const image = ServiceImage.fromSource(join(clone, 'orders'), { writableTmp: true });
    expect(text(assetOf(image), 'Dockerfile')).toContain('RUN mkdir -p /tmp && chown node /tmp\nVOLUME /tmp\n');
  });

  it('is built for the processor its tasks run on', () => {
    const image = ServiceImage.fromSource(join(clone, 'orders'), { architecture: 'x64' });
    expect(assetOf(image).platform).toBe('linux/amd64');
    expect(asset.platform).toBe('linux/arm64');
    expect(image.bind(new Construct(testStack(), 'Service')).architecture).toBe('x64');
  });

  it('asks its health endpoint', async () => {
    const { healthCommand } = ServiceImage.fromSource(join(clone, 'orders')).bind(
      new Construct(testStack(), 'Service'),
    );
    const [form, node, ...rest] = healthCommand(8080, '/health');
    expect([form, node]).toEqual(['CMD', 'node']);
    expect(rest.at(-1)).toContain("'http://localhost:8080/health'");
    // Nothing listens on port 1.
    await expect(run(process.execPath, healthCommand(1, '/health').slice(2))).rejects.toMatchObject({ code: 1 });
  });

  it('says what is missing, and where the source is wrong', () => {
    const bind = (entry: string, commands?: string[]) => () =>
      ServiceImage.fromSource(entry, { commands }).bind(new Construct(testStack(), 'Service'));
    const wrong = folder({ 'main.ts': `import { nothing } from './nowhere.ts';\nnothing();` });
    expect(bind(join(clone, 'none'))).toThrow(
      `Test/Service: a source must exist, got ${join(clone, 'none')}; name a file`,
    );
    expect(bind(join(clone, 'orders'), ['migrate'])).toThrow(`got ${join(clone, 'orders', 'migrate.ts')}; name a file`);
    expect(bind(wrong)).toThrow(/^Test\/Service: the source doesn't bundle, got .*main\.ts:1: Could not resolve/);
  });
});

describe('ServiceImage without esbuild', () => {
  it('names the command that installs it', async () => {
    const library = join(import.meta.dirname, '../../../lib/constructs/source-bundle.ts');
    const place = folder({ 'main.ts': 'console.log(1);' });
    const code = `import(${JSON.stringify(library)}).then((it) => it.bundleSource(${JSON.stringify(place)}, []))`;
    const told = run(process.execPath, ['-e', code], { cwd: place });
    await expect(told).rejects.toMatchObject({
      stderr: expect.stringContaining('run: npm install --save-dev esbuild'),
    });
    symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(place, 'node_modules'));
    await expect(run(process.execPath, ['-e', code], { cwd: place })).resolves.toBeDefined();
  });
});

describe('ServiceImage.fromDockerfile', () => {
  it('builds the folder for the processor its tasks run on', () => {
    const place = folder({ Dockerfile: 'FROM node:26-slim\nCMD ["node"]\n' });
    const asset = assetOf(ServiceImage.fromDockerfile(place, { healthCommand: ['true'] }));
    expect(asset.platform).toBe('linux/arm64');
    expect(text(asset, 'Dockerfile')).toContain('FROM node:26-slim');
  });
});

const healthy = { healthCommand: ['true'] };
const repositoryOf = (stack: Stack) => ecr.Repository.fromRepositoryName(stack, 'Repository', 'orders');

describe('ServiceImage.fromRegistry', () => {
  it.each(['node', 'node:latest', 'localhost:5000/node'])('refuses %p, which may be another image tomorrow', (name) => {
    expect(() => ServiceImage.fromRegistry(name, { healthCommand: ['true'] })).toThrow(
      `got '${name}'; add its digest, or a tag other than latest`,
    );
  });

  it.each(['node:26', `node@sha256:${'a'.repeat(64)}`, 'localhost:5000/node:26'])('takes %p as it is', (name) => {
    const { image } = ServiceImage.fromRegistry(name, { healthCommand: ['true'] }).bind(new App());
    expect(image.bind(testStack(), undefined as never).imageName).toBe(name);
  });

  it('takes a tag that only the deployment knows, but not a name of which only the rest is known', () => {
    const stack = testStack();
    const tag = new CfnParameter(stack, 'ImageTag').valueAsString;
    const { image } = ServiceImage.fromRegistry(`public.ecr.aws/shop/orders:${tag}`, healthy).bind(stack);
    expect(stack.resolve(image.bind(stack, undefined as never).imageName)).toEqual({
      'Fn::Join': ['', ['public.ecr.aws/shop/orders:', { Ref: 'ImageTag' }]],
    });
    expect(() => ServiceImage.fromRegistry(`${tag}/orders`, healthy)).toThrow(
      'add its digest, or a tag other than latest',
    );
  });

  it.each([
    '111111111111.dkr.ecr.eu-west-1.amazonaws.com/orders:abc',
    '111111111111.dkr-ecr.eu-west-1.on.aws/orders:abc',
    '111111111111.dkr.ecr-fips.us-east-1.amazonaws.com/orders:abc',
  ])('refuses %p, which its tasks could not pull', (name) => {
    expect(() => ServiceImage.fromRegistry(name, healthy)).toThrow(
      `nobody may pull from a private repository without permission, got '${name}'; use ServiceImage.fromRepository, `,
    );
  });

  it('refuses the address of a repository of the CDK as well', () => {
    const repository = new ecr.Repository(testStack(), 'Repository');
    expect(() => ServiceImage.fromRegistry(repository.repositoryUriForTag('abc'), healthy)).toThrow(
      'use ServiceImage.fromRepository, ',
    );
  });

  it('refuses a folder, or a file in it, that is not there', () => {
    const place = folder({ Dockerfile: 'FROM node:26-slim\n' });
    const make = (at: string, file?: string) => () =>
      assetOf(ServiceImage.fromDockerfile(at, { file, healthCommand: ['true'] }));
    expect(make(place)).not.toThrow();
    expect(make(join(place, 'none'))).toThrow(
      /: the image is built from a Dockerfile, got .*none\/Dockerfile, which is not/,
    );
    expect(make(place, 'Other')).toThrow(/got .*\/Other, which is not there; name its folder, or its file$/);
  });

  it.each([[[]], ['curl -f localhost'], [undefined]])('refuses %p as the command for its health', (command) => {
    const options = { healthCommand: command as never };
    const message = /a container checks itself by healthCommand, got .*; give the command as a list/;
    expect(() => ServiceImage.fromDockerfile('.', options)).toThrow(message);
    expect(() => ServiceImage.fromRegistry('node:26', options)).toThrow(message);
    expect(() => ServiceImage.fromRepository(repositoryOf(testStack()), '1.4', options)).toThrow(message);
  });
});

describe('ServiceImage.fromRepository', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  function templateOf(tagOrDigest: (stack: Stack) => string): Template {
    const stack = testStack();
    const platform = ServicePlatform.fromContract(stack, 'Platform', { stage: StageProfile.dev('dev') });
    const image = ServiceImage.fromRepository(repositoryOf(stack), tagOrDigest(stack), healthy);
    new Microservice(stack, 'Orders', { platform, image });
    return Template.fromStack(stack);
  }

  it('lets the role that starts tasks pull from this repository, and from no other', () => {
    const policies = Object.values(templateOf(() => '1.4').findResources('AWS::IAM::Policy'));
    const pulling = policies.find(({ Properties: { Roles } }) => /ExecutionRole/.test(JSON.stringify(Roles)));
    const statements: { Action: unknown; Resource: unknown }[] = pulling!.Properties.PolicyDocument.Statement;
    const resourcesOf = (action: string): string[] =>
      statements
        .filter(({ Action }) => [Action].flat().includes(action))
        .map(({ Resource }) => JSON.stringify(Resource));
    const orders = [expect.stringMatching(/:ecr:us-east-1:111111111111:repository\/orders"/)];
    expect(resourcesOf('ecr:BatchGetImage')).toEqual(orders);
    expect(resourcesOf('ecr:GetDownloadUrlForLayer')).toEqual(orders);
    expect(resourcesOf('ecr:GetAuthorizationToken')).toEqual(['"*"']);
  });

  it.each<[string, (stack: Stack) => string, unknown]>([
    ['tag', () => '1.4', '/orders:1.4'],
    ['digest', () => digest, `/orders@${digest}`],
    ['parameter', (stack) => new CfnParameter(stack, 'ImageTag').valueAsString, { Ref: 'ImageTag' }],
  ])('names the image by its %s', (_, tagOrDigest, end) => {
    const [task] = Object.values(templateOf(tagOrDigest).findResources('AWS::ECS::TaskDefinition'));
    const [, parts] = task!.Properties.ContainerDefinitions[0].Image['Fn::Join'];
    expect(parts.at(-1)).toEqual(end);
  });

  it.each(['latest', '', 'a:b', 'sha256:abc@'])('refuses %p, which is no one image', (tag) => {
    expect(() => ServiceImage.fromRepository(repositoryOf(testStack()), tag, healthy)).toThrow(
      `an image must be pinned, got '${tag}' of Test/Repository; name its digest`,
    );
  });

  it('refuses a tag that nobody has set', () => {
    const { UNSET_TAG } = process.env;
    expect(() => ServiceImage.fromRepository(repositoryOf(testStack()), UNSET_TAG!, healthy)).toThrow(
      "an image must be pinned, got 'undefined' of Test/Repository; name its digest",
    );
  });
});
