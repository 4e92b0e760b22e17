import { describe, expect, it } from '@jest/globals';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { ShopStage } from '../../../lib/shop/shop-stage.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { catalogRoutes } from '../../../services/catalog/routes.ts';
import type { Routes } from '../../../services/chassis/index.ts';
import { webRoutes } from '../../../services/web-bff/routes.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: {
    readonly RouteKey?: string;
    readonly Conditions?: readonly { readonly PathPatternConfig: { readonly Values: readonly string[] } }[];
  };
}

const dev = { stage: StageProfile.dev('dev'), env: { region: 'us-east-1' } };
const { stacks } = new ShopStage(testApp(), 'dev', dev).synth();

const propertiesIn = (stack: string, type: string): Resource['Properties'][] => {
  const { Resources } = stacks.find(({ displayName }) => displayName.startsWith(`dev/${stack}`))!.template;
  return Object.values<Resource>(Resources).flatMap(({ Type, Properties }) => (Type === type ? Properties : []));
};

describe.each<[stack: string, routes: Routes]>([
  ['Catalog', catalogRoutes],
  ['WebBff', webRoutes],
])("the edge's routes in the stack %s", (stack, routes) => {
  const declared = Object.values(routes);

  it('are those its service declares', () => {
    const keys = propertiesIn(stack, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey);
    expect(keys.sort()).toEqual(declared.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('pass the balancer', () => {
    const rules = propertiesIn(stack, 'AWS::ElasticLoadBalancingV2::ListenerRule');
    const patterns = rules.flatMap(({ Conditions = [] }) =>
      Conditions.flatMap(({ PathPatternConfig }) => PathPatternConfig.Values),
    );
    expect(new Set(patterns)).toEqual(new Set(declared.map(({ path }) => path.replace(/\{\w+\}/g, '*'))));
  });
});
