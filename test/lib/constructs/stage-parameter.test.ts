import { describe, expect, it } from '@jest/globals';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { StageParameter } from '../../../lib/constructs/stage-parameter.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { parametersRead, testStack } from './test-stack.ts';

const use = (stack: Stack, value: unknown) =>
  new CfnResource(stack, 'User', { type: 'Some::User::Type', properties: { value } });

describe('StageParameter', () => {
  it('is declared where its value is used, and nowhere else', () => {
    const stack = testStack();
    use(stack, StageParameter.read(stack, '/a/used'));
    StageParameter.read(stack, '/a/unused');
    StageParameter.readList(stack, '/a/unused-list', 2);
    expect(parametersRead(stack)).toEqual(['/a/used']);
  });

  it('is declared once however often it is read', () => {
    const stack = testStack();
    use(stack, [StageParameter.read(stack, '/a/one'), StageParameter.read(new Construct(stack, 'Inner'), '/a/one')]);
    expect(parametersRead(stack)).toEqual(['/a/one']);
  });

  it('reads a list item by item', () => {
    const stack = testStack();
    use(stack, StageParameter.readList(stack, '/a/list', 2)[1]);
    Template.fromStack(stack).hasResourceProperties('Some::User::Type', {
      value: { 'Fn::Select': [1, { 'Fn::Split': [',', { Ref: Match.stringLikeRegexp('alist') }] }] },
    });
  });

  it('names both writers of one name', () => {
    const app = testApp();
    const [one, two] = [testStack('One', app), testStack('Two', app)];
    StageParameter.write(one, '/a/name', '1');
    expect(() => StageParameter.write(two, '/a/name', '2')).toThrow(
      'Two: writes the contract /a/name, got a second writer beside One; give one of the two another name or stage',
    );
  });

  it('lets the same name be written in two regions, and in two apps', () => {
    const app = testApp();
    StageParameter.write(testStack('One', app), '/a/name', '1');
    StageParameter.write(testStack('Other'), '/a/name', '1');
    const far = new Stack(app, 'Far', { env: { account: '111111111111', region: 'eu-west-1' } });
    expect(() => StageParameter.write(far, '/a/name', '1')).not.toThrow();
  });
});
