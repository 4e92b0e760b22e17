import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { testApp } from '../../../lib/testing/test-app.ts';

describe('a test app', () => {
  it('has the flags the real one has, which are all that are recommended', () => {
    const { context } = JSON.parse(readFileSync(`${import.meta.dirname}/../../../cdk.json`, 'utf8'));
    const app = testApp();
    expect(Object.keys(context).length).toBeGreaterThan(50);
    for (const [flag, value] of Object.entries(context))
      expect([flag, app.node.tryGetContext(flag)]).toEqual([flag, value]);
    expect(context).toEqual(recommendedFlags);
  });

  it('takes context of its own', () => {
    expect(testApp({ context: { stage: 'pr-7' } }).node.tryGetContext('stage')).toBe('pr-7');
  });
});
