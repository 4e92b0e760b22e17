import { describe, expect, it } from '@jest/globals';
import { snapshotOf } from '../../../lib/testing/snapshot.ts';

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
