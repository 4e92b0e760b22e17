import { describe, expect, it } from '@jest/globals';
import { assetHashes, snapshotOf } from '../../../lib/testing/snapshot.ts';

const taskOf = (hash: string) => ({
  Image: { 'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.us-east-1.amazonaws.com/container-assets:${hash}` },
  Digest: '0123456789abcdef',
});

describe('a snapshot', () => {
  it('does not show which bytes an asset has', () => {
    expect(snapshotOf(taskOf('a'.repeat(64)))).toEqual(snapshotOf(taskOf('b'.repeat(64))));
  });

  it('shows all else', () => {
    expect(snapshotOf(taskOf('a'.repeat(64)))).toEqual(taskOf('<asset>'));
    expect(snapshotOf(taskOf('1.27'))).not.toEqual(snapshotOf(taskOf('1.28')));
  });
});

describe('a digest in a snapshot', () => {
  const hash = (letter: string): string => letter.repeat(64);

  it('is shown, since the image it pins is infrastructure', () => {
    for (const pinned of [`nginx@sha256:${hash('a')}`, `nginx:1.27@sha256:${hash('a')}`, hash('a')])
      expect(snapshotOf({ Image: pinned })).toEqual({ Image: pinned });
  });

  it('is told from the hash of a file, a staged folder or an image we built', () => {
    const asset = (letter: string) => [
      `${hash(letter)}.zip`,
      `asset.${hash(letter)}`,
      `any/repository:${hash(letter)}`,
    ];
    expect(snapshotOf(asset('a'))).toEqual(['<asset>.zip', 'asset.<asset>', 'any/repository:<asset>']);
  });
});

describe('the snapshots of a runner', () => {
  const printed = (value: unknown) => assetHashes.print(value, JSON.stringify);

  it('mask the bytes of an asset and nothing else', () => {
    const image = `container-assets:${'a'.repeat(64)}`;
    expect(assetHashes.test(image)).toBe(true);
    expect(printed(image)).toBe('"container-assets:<asset>"');
    for (const other of ['container-assets:1.27', 64, { image }]) expect(assetHashes.test(other)).toBe(false);
  });

  it('are those of this one', () => {
    expect.addSnapshotSerializer(assetHashes);
    expect(`container-assets:${'c'.repeat(64)}`).toMatchInlineSnapshot(`"container-assets:<asset>"`);
  });
});
