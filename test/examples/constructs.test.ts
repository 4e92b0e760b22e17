import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import * as door from '../../lib/constructs/index.ts';
import { expectFixedImages } from '../../lib/testing/fixed-images.ts';
import { expectLeastPrivilege } from '../../lib/testing/least-privilege.ts';
import { expectNestedTimeouts } from '../../lib/testing/nested-timeouts.ts';
import { expectStandsAlone } from '../../lib/testing/stands-alone.ts';
import { testApp } from '../../lib/testing/test-app.ts';
import { expectTimeToStart } from '../../lib/testing/time-to-start.ts';

type StackClass = new (scope: Construct, id: string, props: StackProps) => Stack;

const FOLDER = join(import.meta.dirname, '..', '..', 'examples', 'constructs');
const files = globSync('*.ts', { cwd: FOLDER }).sort();
const fileOf = (name: string): string => `${name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.ts`;

describe('the examples of the constructs', () => {
  it('are one for each thing that the door opens to', () => {
    expect(files).toEqual(Object.keys(door).map(fileOf).sort());
  });

  it.each(files)('%s synthesizes and keeps what is promised', async (file) => {
    const stacks: Record<string, StackClass> = await import(join(FOLDER, file));
    expect(Object.keys(stacks).length).toBeGreaterThan(0);
    const app = testApp();
    for (const [name, Example] of Object.entries(stacks)) new Example(app, name, { env: { region: 'us-east-1' } });
    expect(app.node.children.every((child) => child instanceof Stack)).toBe(true);
    for (const expectation of [
      expectFixedImages,
      expectLeastPrivilege,
      expectNestedTimeouts,
      expectStandsAlone,
      expectTimeToStart,
    ]) {
      expectation(app);
    }
  });
});
