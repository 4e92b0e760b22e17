import { describe, expect, it } from '@jest/globals';
import { CfnCondition, CfnOutput, CfnResource, Fn } from 'aws-cdk-lib';
import { expectStandsAlone } from '../../../lib/testing/stands-alone.ts';
import { testStack } from '../constructs/test-stack.ts';

const IMPORTED = Fn.importValue('theirs');

describe('expectStandsAlone', () => {
  it.each([
    [
      'an output',
      'Output',
      (stack: ReturnType<typeof testStack>) => new CfnOutput(stack, 'Output', { value: IMPORTED }),
    ],
    [
      'a condition',
      'Condition',
      (stack: ReturnType<typeof testStack>) =>
        new CfnCondition(stack, 'Condition', { expression: Fn.conditionEquals(IMPORTED, 'yes') }),
    ],
    [
      'a resource',
      'Thing',
      (stack: ReturnType<typeof testStack>) =>
        new CfnResource(stack, 'Thing', { type: 'AWS::SNS::Topic', properties: { DisplayName: IMPORTED } }),
    ],
  ])('finds what %s imports', (_, id, add) => {
    const stack = testStack();
    add(stack);
    expect(() => expectStandsAlone(stack)).toThrow(`Test/${id}: got Fn::ImportValue of another stack`);
  });

  it('accepts outputs that nobody exports, and the name of the function in a text', () => {
    const stack = testStack();
    new CfnOutput(stack, 'Output', { value: 'no "Fn::ImportValue": here' });
    expect(() => expectStandsAlone(stack)).not.toThrow();
  });
});
