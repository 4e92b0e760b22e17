import { describe, expect, it } from '@jest/globals';
import { type App, aws_ec2 as ec2, aws_ecs as ecs, Stack } from 'aws-cdk-lib';
import { StageProfile } from '../../lib/constructs/stage-profile.ts';
import { CatalogStack } from '../../lib/shop/catalog-stack.ts';
import { EdgeStack } from '../../lib/shop/edge-stack.ts';
import { PlatformStack } from '../../lib/shop/platform-stack.ts';
import { WebBffStack } from '../../lib/shop/web-bff-stack.ts';
import { expectStandsAlone } from '../../lib/testing/stands-alone.ts';
import { testApp } from '../../lib/testing/test-app.ts';

/** Makes an app's stacks, but the one that is left out. */
type Build = (app: App, leftOut?: string) => void;

function built(build: Build, context: Record<string, unknown> = {}, leftOut?: string): App {
  const app = testApp({ context });
  build(app, leftOut);
  return app;
}

/** Which templates of an app change when another of its stacks isn't there. */
function changesWithout(build: Build, context: Record<string, unknown> = {}): string[] {
  const templates = (leftOut?: string) =>
    new Map(
      built(build, context, leftOut)
        .synth()
        .stacks.map(({ id, template }) => [id, JSON.stringify(template)]),
    );
  const all = templates();
  return [...all.keys()].flatMap((leftOut) =>
    [...templates(leftOut)]
      .filter(([id, template]) => template !== all.get(id))
      .map(([id]) => `${id} changes without ${leftOut}`),
  );
}

const shop: Build = (app, leftOut) => {
  const props = { stage: StageProfile.prod('prod'), env: { region: 'us-east-1' } };
  const stacks = { Platform: PlatformStack, Edge: EdgeStack, Catalog: CatalogStack, WebBff: WebBffStack };
  for (const [id, Unit] of Object.entries(stacks)) if (id !== leftOut) new Unit(app, id, props);
};

/** The same in the way most begin: a stack hands its constructs to another. */
const plain: Build = (app, leftOut) => {
  const platform = new Stack(app, 'Platform', { env: { region: 'us-east-1' } });
  const vpc = new ec2.Vpc(platform, 'Vpc', { availabilityZones: ['us-east-1a', 'us-east-1b'] });
  const cluster = new ecs.Cluster(platform, 'Cluster', { vpc });
  if (leftOut === 'Catalog' || leftOut === 'Platform') return;
  const catalog = new Stack(app, 'Catalog', { env: { region: 'us-east-1' } });
  const taskDefinition = new ecs.FargateTaskDefinition(catalog, 'Task');
  taskDefinition.addContainer('app', { image: ecs.ContainerImage.fromRegistry('registry.example.com/app:1') });
  new ecs.FargateService(catalog, 'Service', {
    cluster,
    taskDefinition,
    minHealthyPercent: 100,
    circuitBreaker: { rollback: true },
  });
};

describe('incident 3: stacks hold on to each other', () => {
  it('cannot happen where stacks share nothing but names', () => {
    expect(() => expectStandsAlone(built(shop))).not.toThrow();
    expect(changesWithout(shop)).toEqual([]);
  });

  it.each([
    ['strong', 'Fn::ImportValue'],
    ['weak', 'Fn::GetStackOutput'],
  ])('happens in a plain app with %s references', (strength, way) => {
    const context = { '@aws-cdk/core:defaultCrossStackReferences': strength };
    const judged = () => expectStandsAlone(built(plain, context));
    expect(judged).toThrow(`Catalog/Service/Service: got ${way} of another stack; share a name instead`);
    expect(judged).toThrow('Catalog: got a wait for Platform');
    if (strength === 'strong') expect(judged).toThrow(/Platform\/\S+: got the export .*, which cannot change while/);
    expect(changesWithout(plain, context)).toContain('Platform changes without Catalog');
  });
});
