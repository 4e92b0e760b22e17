import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { aws_elasticloadbalancingv2 as elb, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { EdgeRouteOptions } from '../../lib/constructs/edge-entry.ts';
import { StageProfile } from '../../lib/constructs/stage-profile.ts';
import { CatalogStack } from '../../lib/shop/catalog-stack.ts';
import { testApp } from '../../lib/testing/test-app.ts';
import { serviceBehindEdge } from '../service-behind-edge.ts';

interface Rule {
  readonly path: string;
  readonly priority: number;
  readonly service: string;
}

const everyone: EdgeRouteOptions = { public: 'a test' };

const NAMES =
  `accounts addresses auctions baskets billing bookings brands campaigns carts catalog channels claims coupons credits
  customers deliveries devices discounts documents events favorites feedback gifts inventory invoices labels ledger
  loyalty mails media notices offers orders partners payments pickups prices quotes ratings returns`.split(/\s+/);

/** Each service takes everything below its name; its exports, and the lines of any one thing, are another service's. */
const routesOf = (name: string): [service: string, route: string][] => [
  [name, `ANY /${name}/{proxy+}`],
  [`${name}-export`, `ANY /${name}/export/{proxy+}`],
  [`${name}-lines`, `GET /${name}/{id}/lines`],
];

function rulesOf(routes: [service: string, route: string][]): Rule[] {
  const app = testApp();
  for (const [name, route] of routes) {
    const { edge, service } = serviceBehindEdge(name, app);
    edge.route(route, service, everyone);
  }
  const rules = app.node.findAll().filter((construct) => construct instanceof elb.CfnListenerRule);
  return rules.flatMap((rule) => {
    const stack = Stack.of(rule);
    const [{ pathPatternConfig }] = stack.resolve(rule.conditions);
    return pathPatternConfig.values.map((path: string) => ({
      path,
      priority: rule.priority,
      service: stack.stackName,
    }));
  });
}

/** What the balancer does: the first rule that matches, by priority. */
function balance(rules: readonly Rule[], path: string): string | undefined {
  const matches = (rule: Rule) => new RegExp(`^${rule.path.replaceAll('*', '.*')}$`).test(path);
  return [...rules].sort((a, b) => a.priority - b.priority).find(matches)?.service;
}

function misrouted(rules: readonly Rule[], names: readonly string[]): string[] {
  const expected = names.flatMap((name): [path: string, service: string][] => [
    [`/${name}`, name],
    [`/${name}/7`, name],
    [`/${name}/export/7`, `${name}-export`],
    [`/${name}/7/lines`, `${name}-lines`],
  ]);
  return expected.filter(([path, service]) => balance(rules, path) !== service).map(([path]) => path);
}

describe('incident 14: a service cannot deploy alone, priorities collide', () => {
  it('synthesizes one service without the others', () => {
    const stack = new CatalogStack(testApp(), 'Catalog', { stage: StageProfile.dev('dev') });
    Template.fromStack(stack).resourceCountIs('AWS::ECS::Service', 1);
    expect(stack.dependencies).toEqual([]);
  });

  it('lets the more specific path win, whichever of many services has it', () => {
    const names = NAMES.slice(0, 14);
    const rules = rulesOf(names.flatMap(routesOf));
    expect(misrouted(rules, names)).toEqual([]);

    const naive = rules.map((rule) => ({
      ...rule,
      priority: createHash('sha256').update(rule.path).digest().readUInt32BE(0) % 50_000,
    }));
    expect(misrouted(naive, names)).toContain('/accounts/export/7');
  });

  it('keeps the priorities of 40 services whatever else is deployed, in whatever order', () => {
    expect(NAMES).toHaveLength(40);
    const routes = NAMES.map((name): [string, string] => [name, `ANY /${name}/{proxy+}`]);
    const priorities = (some: typeof routes) => new Map(rulesOf(some).map(({ path, priority }) => [path, priority]));
    const all = priorities(routes);
    expect(new Set(all.values()).size).toBe(80);
    expect(priorities(routes.toReversed())).toEqual(all);
    for (const [path, priority] of priorities(routes.slice(7, 9))) expect(all.get(path)).toBe(priority);
  });

  it('refuses two rules of one priority by naming both', () => {
    const app = testApp();
    const orders = serviceBehindEdge('Orders', app);
    const exports = serviceBehindEdge('Exports', app);
    orders.edge.route('GET /orders', orders.service, { ...everyone, priority: 7 });
    const collide = () => exports.edge.route('GET /exports', exports.service, { ...everyone, priority: 7 });
    expect(collide).toThrow(
      `Exports/Exports: the rule of route 'GET /exports' has priority 7, as has that of 'GET /orders' of Orders/Orders; ` +
        'give one of them a priority of its own, for example 8',
    );
  });

  it('refuses one path of two services by naming both', () => {
    const app = testApp();
    const orders = serviceBehindEdge('Orders', app);
    const exports = serviceBehindEdge('Exports', app);
    orders.edge.route('GET /orders/{id}', orders.service, everyone);
    expect(() => exports.edge.route('POST /orders/{number}', exports.service, everyone)).toThrow(
      `Exports/Exports: route 'POST /orders/{number}' matches '/orders/*' at the balancer, as does 'GET /orders/{id}' of ` +
        'Orders/Orders; give one of them another path',
    );
  });

  it('does not mistake two stages for one edge', () => {
    const app = testApp();
    for (const name of ['dev', 'pr-7']) {
      new CatalogStack(app, `Catalog-${name}`, { stage: StageProfile.dev(name), env: { region: 'us-east-1' } });
    }
    expect(app.synth().stacks).toHaveLength(2);
  });
});
