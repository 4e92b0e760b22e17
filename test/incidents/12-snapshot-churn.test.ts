import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { snapshotOf } from '../../lib/testing/snapshot.ts';
import { testApp } from '../../lib/testing/test-app.ts';
import { ProjectClone, type Synthesis } from '../project-clone.ts';
import { serviceBehindEdge } from '../service-behind-edge.ts';

/** Lines of the second text that are not in the first at that place; both are of one length unless much has changed. */
function changedLines(before: unknown, after: unknown): string[] {
  const [a, b] = [before, after].map((value) => JSON.stringify(value, undefined, 2).split('\n')) as [
    string[],
    string[],
  ];
  expect(b).toHaveLength(a.length);
  return b.filter((line, index) => line !== a[index]).map((line) => line.trim());
}

const templatesOf = ({ files }: Synthesis) =>
  [...files].filter(([path]) => path.endsWith('.template.json')).map(([, text]) => JSON.parse(text) as unknown);

describe('incident 12: snapshots that change with every commit', () => {
  let before: unknown[];
  let after: unknown[];
  const clone = new ProjectClone();

  beforeAll(() => {
    before = templatesOf(clone.synthesize({ stage: 'dev' }));
    clone.edit('services/catalog/main.ts', '\n', '\n// A comment.\n');
    after = templatesOf(clone.synthesize({ stage: 'dev' }));
  });
  afterAll(() => clone.remove());

  it('do not change with a comment in a service', () => {
    expect(before).toHaveLength(4);
    expect(changedLines(snapshotOf(before), snapshotOf(after))).toEqual([]);
  });

  it('would change, did they show the bytes of an image', () => {
    expect(changedLines(before, after)).toEqual([expect.stringMatching(/[0-9a-f]{64}/)]);
  });

  it('change by one line with the memory of a service', () => {
    const snapshotWith = (memory: number) =>
      snapshotOf(Template.fromStack(serviceBehindEdge('Orders', testApp(), { memory }).stack).toJSON());
    expect(changedLines(snapshotWith(512), snapshotWith(1024))).toEqual(['"Memory": "1024",']);
  });
});
