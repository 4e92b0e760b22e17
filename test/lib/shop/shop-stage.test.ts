import { describe, expect, it } from '@jest/globals';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { ShopStage } from '../../../lib/shop/shop-stage.ts';
import { snapshotOf } from '../../../lib/testing/snapshot.ts';
import { testApp } from '../../../lib/testing/test-app.ts';

const stacksOf = (stage: StageProfile) =>
  new ShopStage(testApp(), stage.name, { stage, env: { region: 'us-east-1' } }).synth().stacks;

describe.each([StageProfile.dev('dev'), StageProfile.prod('prod')])('the shop in stage $name', (stage) => {
  const stacks = new Map(stacksOf(stage).map((stack) => [stack.displayName.split(' ')[0]!, stack]));

  it('is a platform, an edge and one stack per service', () => {
    expect([...stacks.keys()].sort()).toEqual(
      ['Catalog', 'Edge', 'Platform', 'WebBff'].map((name) => `${stage.name}/${name}`),
    );
  });

  it.each([...stacks])('makes of %s what it made before', (_, stack) => {
    expect(snapshotOf(stack.template)).toMatchSnapshot();
  });
});

describe('a stage of the shop', () => {
  it('shares no name with another of the same account', () => {
    const namesOf = (stage: StageProfile) =>
      stacksOf(stage).flatMap((stack) => [
        stack.stackName,
        ...Object.values<{ Properties?: { Name?: string } }>(stack.template.Resources).flatMap(
          ({ Properties }) => Properties?.Name ?? [],
        ),
      ]);
    const [one, other] = [namesOf(StageProfile.dev('pr-7')), namesOf(StageProfile.dev('pr-8'))];
    expect(one.length).toBeGreaterThan(15);
    expect(one.filter((name) => other.includes(name) && name !== '$default')).toEqual([]);
  });
});
