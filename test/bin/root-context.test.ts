import { spawnSync } from 'node:child_process';
import { globSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import type { Status } from '../../twin/report/status.ts';
import { temporaryFolder } from '../rehearsal.ts';

const CLONE = resolve(import.meta.dirname, '../..');
const FILES = {
  'cdk.json': JSON.stringify({ app: `'${process.execPath}' app.mjs` }),
  '.dockerignore': 'node_modules\n',
  Dockerfile: 'FROM node:22-alpine\nCOPY server.js .\nCMD ["node", "server.js"]\n',
  'server.js': `require('node:http').createServer((_, response) => response.end('here')).listen(8080);`,
  'app.mjs': `
    import { App, aws_ec2 as ec2, aws_ecs as ecs, Stack } from 'aws-cdk-lib';
    const app = new App();
    const stack = new Stack(app, 'Root', { env: { region: 'us-east-1' } });
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
    taskDefinition.addContainer('app', { image: ecs.ContainerImage.fromAsset('.') });
    const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a'] });
    new ecs.FargateService(stack, 'Service', { cluster: new ecs.Cluster(stack, 'Cluster', { vpc }), taskDefinition });
    app.synth();`,
};

function rootApp(): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  symlinkSync(join(CLONE, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Temporary folder of these twins alone: what other twins leave behind is not counted. */
const TMPDIR = temporaryFolder();

function mosaic(folder: string, ...args: string[]) {
  const command = [join(CLONE, 'bin/mosaic.ts'), ...args];
  const env = { ...process.env, TMPDIR };
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8', env });
  return { code: status, stdout, stderr };
}

const assembliesLeft = (): string[] => globSync('**/cdk.out', { cwd: TMPDIR });

let project: string;
afterEach(() => void mosaic(project, 'down'));

it('rehearses an app whose images have the project as their context, and leaves nothing in it', () => {
  project = rootApp();
  const before = readdirSync(project);
  const revisions = [1, 2].map(() => {
    expect(mosaic(project, 'up', '--detach', '--port', '0')).toMatchObject({ code: 0, stderr: '' });
    const { services } = JSON.parse(mosaic(project, 'status', '--json').stdout) as Status;
    expect(mosaic(project, 'down').code).toBe(0);
    return services.map(({ tasks }) => tasks.map(({ revision, state }) => [revision, state]));
  });
  expect(revisions[0]).toEqual([[[expect.any(String), 'healthy']]]);
  expect(revisions[1]).toEqual(revisions[0]);
  expect(readdirSync(project)).toEqual(before);
  expect(assembliesLeft()).toEqual([]);
});

it('rehearses it with its data inside the project too, where git does not see them', () => {
  project = rootApp();
  const data = ['--data', 'data'];
  expect(mosaic(project, 'up', '--detach', '--port', '0', ...data)).toMatchObject({ code: 0, stderr: '' });
  spawnSync('git', ['init', '--quiet'], { cwd: project });
  const { stdout } = spawnSync('git', ['status', '--porcelain', '-uall'], { cwd: project, encoding: 'utf8' });
  expect(mosaic(project, 'down', ...data).code).toBe(0);
  expect(stdout).toContain('server.js');
  expect(stdout).not.toContain('data/');
});
