import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { App, type AppProps } from 'aws-cdk-lib';

process.env.CDK_VALIDATION = 'false';

const flags = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../node_modules/aws-cdk-lib/recommended-feature-flags.json'), 'utf8'),
);

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that goes with the test file. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-test-'));
  folders.push(folder);
  return folder;
};

/** Synthesizes an app the way the CDK command would; gives the folder of its assembly. */
export const synthesized = (define: (app: App) => void, context: AppProps['context'] = {}): string => {
  const outdir = temporaryFolder();
  const app = new App({
    outdir,
    context: { ...flags, 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true, ...context },
  });
  define(app);
  app.synth();
  return outdir;
};
