import { describe, expect, it } from '@jest/globals';
import { type App, aws_ec2 as ec2, aws_ecs as ecs, Stack } from 'aws-cdk-lib';
import { StageProfile } from '../../lib/constructs/stage-profile.ts';
import { CatalogStack } from '../../lib/shop/catalog-stack.ts';
import { EdgeStack } from '../../lib/shop/edge-stack.ts';
import { PlatformStack } from '../../lib/shop/platform-stack.ts';
import { WebBffStack } from '../../lib/shop/web-bff-stack.ts';
import { testApp } from '../../lib/testing/test-app.ts';

/** Makes an app's stacks, but the one that is left out. */
type Build = (app: App, leftOut?: string) => void;

const WAYS_OF_SHARING = ['Fn::ImportValue', 'Fn::GetStackOutput', '"Outputs"'];

/** What ties the stacks of an app together: whatever CloudFormation would hold on to, and whatever moves with another stack. */
function ties(build: Build, context: Record<string, unknown> = {}): string[] {
  const synthesize = (leftOut?: string) => {
    const app = testApp({ context });
    build(app, leftOut);
    return app.synth().stacks;
  };
  const all = synthesize();
  const found = all.flatMap((stack) => {
    const text = JSON.stringify(stack.template);
    const after = stack.dependencies.filter(({ manifest }) => manifest.type === 'aws:cloudformation:stack');
    return [
      ...WAYS_OF_SHARING.filter((way) => text.includes(way)).map((way) => `${stack.id} has ${way}`),
      ...after.map(({ id }) => `${stack.id} waits for ${id}`),
    ];
  });
  for (const { id: leftOut } of all) {
    for (const stack of synthesize(leftOut)) {
      const before = all.find(({ id }) => id === stack.id)!;
      if (JSON.stringify(stack.template) !== JSON.stringify(before.template)) {
        found.push(`${stack.id} changes without ${leftOut}`);
      }
    }
  }
  return found;
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
    expect(ties(shop)).toEqual([]);
  });

  it.each([
    ['strong', 'Fn::ImportValue'],
    ['weak', 'Fn::GetStackOutput'],
  ])('happens in a plain app with %s references', (strength, way) => {
    const found = ties(plain, { '@aws-cdk/core:defaultCrossStackReferences': strength });
    expect(found).toContain(`Catalog has ${way}`);
    expect(found).toContain('Catalog waits for Platform');
    expect(found).toContain('Platform changes without Catalog');
  });
});
