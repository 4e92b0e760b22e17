import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { synthesize } from '../../assembly/synthesize.ts';
import { temporaryFolder } from './synthesized.ts';

/** An app in the sense of the CDK command: anything that writes an assembly to `CDK_OUTDIR`. */
const APP = `
  const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
  const { CDK_OUTDIR: out, CDK_CONTEXT_JSON, CONTEXT_OVERFLOW_LOCATION_ENV: more, ...env } = process.env;
  const context = { ...JSON.parse(CDK_CONTEXT_JSON), ...(more ? JSON.parse(readFileSync(more)) : {}) };
  mkdirSync(out, { recursive: true });
  writeFileSync(out + '/manifest.json', JSON.stringify({ artifacts: {}, context, built: env.BUILT, more }));
`;

const project = (files: Record<string, unknown>): string => {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries({ 'app.cjs': APP, ...files }))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
};

const manifestIn = (directory: string) => JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));

describe('synthesize', () => {
  it('runs the app through the shell, with context of both files and what metadata is asked for', async () => {
    const folder = project({
      'cdk.json': { app: 'true && node app.cjs', context: { a: 1, b: 1 } },
      'cdk.context.json': { b: 2, c: 2 },
    });
    const output = await synthesize(folder, { output: 'out', context: { c: 3 } });
    expect(output).toBe(join(folder, 'out'));
    expect(manifestIn(output).context).toMatchObject({ a: 1, b: 2, c: 3, 'aws:cdk:enable-path-metadata': true });
  });

  it('hands a context too long for a variable over in a file, and removes it', async () => {
    const long = 'x'.repeat(200_000);
    const folder = project({ 'cdk.json': { app: 'node app.cjs', context: { long } } });
    const { context, more } = manifestIn(await synthesize(folder, { output: 'out' }));
    expect(context.long).toBe(long);
    expect(existsSync(more)).toBe(false);
  });

  it('takes an app that is an assembly already as it is', async () => {
    const folder = project({ 'cdk.json': { app: '.' }, 'manifest.json': { artifacts: {} } });
    expect(await synthesize(folder, { output: 'out' })).toBe(folder);
  });

  it('builds first where the project says so', async () => {
    const folder = project({ 'cdk.json': { app: 'node app.cjs', build: 'exit 3' } });
    await expect(synthesize(folder, { output: 'out' })).rejects.toThrow(/`exit 3` failed \(exit 3\)/);
  });

  it('cuts the line of a minified library that Node quotes, and keeps what follows', async () => {
    const quote = `"use strict";${'x'.repeat(50_000)}`;
    const code = `console.error(${JSON.stringify(`${quote}\n${' '.repeat(50_000)}^\n\nDependencyCycle`)}); process.exit(1)`;
    const folder = project({ 'cdk.json': { app: 'node fails.cjs' }, 'fails.cjs': code });
    const error = await synthesize(folder, { output: 'out' }).then(String, (failed: Error) => failed.message);
    expect(error).toMatch(/it said:\n"use strict";x+ …\n\nDependencyCycle$/);
    expect(error.length).toBeLessThan(1000);
  });

  it('repeats what a failing app said', async () => {
    const folder = project({ 'cdk.json': { app: 'echo "Stack needs a region" >&2; exit 1' } });
    await expect(synthesize(folder, { output: 'out' })).rejects.toThrow(
      /failed \(exit 1\); it said:\nStack needs a region$/,
    );
  });

  it.each([
    ['there is no cdk.json', {}, /cdk\.json does not exist; run this in the folder of a CDK app/],
    ['cdk.json names no app', { 'cdk.json': {} }, /cdk\.json names no app; add one/],
    [
      'the app writes nothing',
      { 'cdk.json': { app: 'true' } },
      /succeeded but wrote no assembly; does it call app\.synth/,
    ],
  ])('says what to do when %s', async (_, files, message) => {
    await expect(synthesize(project(files), { output: 'out' })).rejects.toThrow(message);
  });
});
