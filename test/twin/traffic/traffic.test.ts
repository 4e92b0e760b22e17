import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Template } from '../../../assembly/assembly.ts';
import { readSystem } from '../../../system/read-system.ts';
import type { ResourceType } from '../../../system/resource.ts';
import { httpApi } from '../../../system/resources/http-api.ts';
import { httpApiIntegration } from '../../../system/resources/http-api-integration.ts';
import { httpApiRoute } from '../../../system/resources/http-api-route.ts';
import { httpApiStage } from '../../../system/resources/http-api-stage.ts';
import { listener } from '../../../system/resources/listener.ts';
import { type LoadBalancer, loadBalancer } from '../../../system/resources/load-balancer.ts';
import { targetGroup } from '../../../system/resources/target-group.ts';
import { vpcLink } from '../../../system/resources/vpc-link.ts';
import type { System } from '../../../system/system.ts';
import { freePort } from '../../../twin/engines/free-port.ts';
import { listenOnPort } from '../../../twin/local-server.ts';
import { loopbackAddresses } from '../../../twin/network/loopback.ts';
import type { Network } from '../../../twin/network/network.ts';
import { openTraffic, type Traffic } from '../../../twin/traffic/traffic.ts';
import { assemblyOf } from '../../system/assembly-of.ts';
import { cidr, group, smallSystem, tcp } from '../../system/reach/small-system.ts';
import { until } from '../../until.ts';
import { atEnd, closeAll } from '../at-end.ts';
import { MemoryNetwork } from '../network/memory-network.ts';
import { service, smallNetwork } from '../network/small-network.ts';
import { start } from '../network/task-process.ts';
import { resource } from '../resource.ts';
import { serve } from '../served.ts';
import { connectEndpoint, forwardTo, listenerData, loadBalancerData, targetGroupData } from './small-traffic.ts';

afterEach(closeAll);

const modes = (await loopbackAddresses()) === 'own' ? (['own', 'shared'] as const) : (['shared'] as const);

/** The rules of the way from the API to the catalog, one hop each. */
const RULES = {
  balancer: { 'sg-alb': [tcp(80, group('sg-link'))] },
  bff: { 'sg-web-bff': [tcp(8080, group('sg-alb'))] },
  catalog: { 'sg-catalog': [tcp(9090, group('sg-web-bff'))] },
};

const groups = (without?: keyof typeof RULES) =>
  Object.fromEntries([
    ['sg-link', {}],
    ['sg-public', { ingress: [tcp(80, cidr('0.0.0.0/0'))] }],
    ['sg-closed', {}],
    ...Object.entries(RULES).flatMap(([hop, rules]) =>
      Object.entries(rules).map(([id, ingress]) => [id, { ingress: hop === without ? [] : ingress }]),
    ),
  ]);

type Resources = readonly (readonly [type: ResourceType<never>, logicalId: string, data: object])[];

const withEdge = (base: System, resources: Resources): System => {
  const all = resources.map(([type, logicalId, data]) => [type, resource(logicalId, data)] as const);
  return {
    ...base,
    of: ((type: ResourceType<never>) => [
      ...base.of(type),
      ...all.filter(([own]) => own === type).map(([, one]) => one),
    ]) as System['of'],
  };
};

const balancer = (id: string, changes: Partial<LoadBalancer> = {}): Resources[number] => [
  loadBalancer as ResourceType<never>,
  id,
  loadBalancerData({ scheme: 'internal', groups: ['sg-alb'], ...changes }),
];

const forwarding = (id: string, of: string, targets: string, port = 80): Resources[number] => [
  listener as ResourceType<never>,
  id,
  listenerData({ loadBalancer: of, port, actions: [forwardTo([targets, 1])] }),
];

const BFF_TARGETS: Resources[number] = [targetGroup as ResourceType<never>, 'Bff', targetGroupData()];

const EDGE: Resources = [
  [httpApi as ResourceType<never>, 'Api', { cors: undefined }],
  [httpApiStage as ResourceType<never>, 'Stage', { api: 'Api', name: '$default', throttling: {}, routeThrottling: {} }],
  [
    httpApiRoute as ResourceType<never>,
    'Route',
    { api: 'Api', routeKey: 'ANY /web/{proxy+}', integration: 'Main', authorization: 'NONE' },
  ],
  [
    httpApiIntegration as ResourceType<never>,
    'Main',
    { api: 'Api', kind: 'HTTP_PROXY', uri: 'Http', vpcLink: 'Link', timeoutMs: 10_000, mapping: [] },
  ],
  [vpcLink as ResourceType<never>, 'Link', { groups: ['sg-link'], subnets: [] }],
  balancer('Balancer'),
  forwarding('Http', 'Balancer', 'Bff'),
  BFF_TARGETS,
];

const CATALOG = service('catalog', {
  connect: {
    namespace: 'shop',
    endpoints: [connectEndpoint('catalog')],
  },
});
const BFF = service('web-bff', {
  connect: { namespace: 'shop', endpoints: [] },
  targets: [{ targetGroup: 'Bff', port: 8080 }],
});

const SERVE_CATALOG = `say(await listening(http.createServer((request, response) => response.end('a shoe')), 8080));`;
const SERVE_BFF = `
  const server = http.createServer(async (request, response) => {
    if (request.url === '/health') return response.end();
    const answer = await fetch('http://catalog' + request.url);
    response.writeHead(answer.status).end('bff says ' + await answer.text());
  });
  say(await listening(server, 8080));
`;

const open = async (system: System, network: Network, port = 0): Promise<Traffic> => {
  const traffic = await openTraffic({ system, network, services: [CATALOG, BFF], port });
  atEnd(() => traffic.close());
  return traffic;
};

describe.each(modes)('traffic where addresses are %s', (addresses) => {
  const shop = async (without?: keyof typeof RULES) => {
    const system = withEdge(smallSystem({ groups: groups(without) }), EDGE);
    const network = await smallNetwork(system, addresses);
    const traffic = await open(system, network);
    const [catalog, bff] = [await network.seat(CATALOG, 'catalog-1'), await network.seat(BFF, 'bff-1')];
    for (const seat of [catalog, bff]) await traffic.attach(seat);
    await Promise.all([start(catalog, SERVE_CATALOG), start(bff, SERVE_BFF)]);
    catalog.run();
    bff.run();
    await until(() => bff.health('Bff') !== undefined);
    const url = traffic.urls['dev/Edge/Api']!;
    return { network, traffic, catalog, bff, get: () => fetch(`${url}/web/shoes`) };
  };

  it('leads from the API through link and balancer to a task, and on by alias to another', async () => {
    const { get, network } = await shop();
    const answer = await get();
    expect([answer.status, await answer.text()]).toEqual([200, 'bff says a shoe']);
    expect(network.denials).toEqual([]);
  });

  it.each([
    ['balancer', 503, 'dev/Edge/Link', 'dev/Edge/Balancer:80'],
    ['bff', 504, 'dev/Edge/Balancer', 'web-bff:8080'],
    ['catalog', 503, 'web-bff', 'catalog:9090'],
  ] as const)('stops where the rule into the %s is missing, and says which', async (hop, status, from, to) => {
    const { get, network } = await shop(hop);
    expect((await get()).status).toBe(status);
    expect(network.denials).toMatchObject([{ from, to, connection: 'connect' }]);
  });

  it('says why a balancer finds a task unhealthy', async () => {
    const { traffic, bff } = await shop('bff');
    expect(bff.health('Bff')).toBe(false);
    expect(traffic.problem(bff, 'Bff')).toEqual({ why: 'security groups do not let the balancer in', final: true });
  });

  it('sends nothing to a task that was detached', async () => {
    const { traffic, bff, get } = await shop();
    await traffic.detach(bff);
    expect((await get()).status).toBe(503);
  });
});

describe('what the twin cannot guard', () => {
  const read = (AuthorizationType: string, guard: readonly object[]) =>
    readSystem(
      assemblyOf({
        Edge: {
          Resources: Object.fromEntries(
            Object.entries({
              Api: ['ApiGatewayV2::Api', { ProtocolType: 'HTTP' }],
              Stage: ['ApiGatewayV2::Stage', { ApiId: { Ref: 'Api' }, StageName: '$default' }],
              Route: [
                'ApiGatewayV2::Route',
                {
                  ApiId: { Ref: 'Api' },
                  RouteKey: 'GET /orders',
                  AuthorizationType,
                  Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
                },
              ],
              Integration: [
                'ApiGatewayV2::Integration',
                {
                  ApiId: { Ref: 'Api' },
                  IntegrationType: 'HTTP_PROXY',
                  ConnectionType: 'VPC_LINK',
                  ConnectionId: { Ref: 'Link' },
                  IntegrationUri: { Ref: 'Listener' },
                },
              ],
              Link: ['ApiGatewayV2::VpcLink', { SubnetIds: [] }],
              Balancer: ['ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' }],
              Listener: [
                'ElasticLoadBalancingV2::Listener',
                {
                  LoadBalancerArn: { Ref: 'Balancer' },
                  Port: 80,
                  DefaultActions: [...guard, { Type: 'forward', TargetGroupArn: { Ref: 'Targets' }, Order: 2 }],
                },
              ],
              Targets: ['ElasticLoadBalancingV2::TargetGroup', { Protocol: 'HTTP', TargetType: 'ip' }],
            }).map(([id, [type, Properties]]) => [id, { Type: `AWS::${type}`, Properties }]),
          ) as Template['Resources'],
        },
      }),
    );

  const ask = async (authorization: string, guard: readonly object[] = []) => {
    const system = read(authorization, guard);
    const network = new MemoryNetwork();
    const traffic = await open(system, network);
    const { ref } = system.of(targetGroup)[0]!;
    const seat = await network.seat(service('orders', { targets: [{ targetGroup: ref, port: 8080 }] }), 'a');
    seat.places.set(8080, await serve((_, response) => response.end('an order')));
    await traffic.attach(seat);
    seat.run();
    await until(() => seat.health(ref) === true);
    const answer = await fetch(`${traffic.urls['Edge/Api']}/orders`);
    const refused = system.honesty
      .filter(({ verdict }) => verdict === 'refused')
      .map(({ id, property }) => [id, property]);
    return { status: answer.status, text: await answer.text(), refused };
  };

  it('lets everybody in where nobody is to be asked', async () => {
    expect(await ask('NONE')).toEqual({ status: 200, text: 'an order', refused: [] });
  });

  it.each(['AWS_IAM', 'JWT', 'CUSTOM'])('answers 501 on a route that %s guards, naming it', async (kind) => {
    expect(await ask(kind)).toEqual({
      status: 501,
      text: expect.stringContaining(`GET /orders: the twin has no ${kind} authorizers`),
      refused: [['Edge/Route', 'AuthorizationType']],
    });
  });

  it('answers 501 behind a balancer that would ask who it is; its tasks are checked all the same', async () => {
    expect(await ask('NONE', [{ Type: 'authenticate-oidc', Order: 1 }])).toEqual({
      status: 501,
      text: expect.stringContaining('cannot authenticate-oidc'),
      refused: [['Edge/Listener', 'DefaultActions.0.Type']],
    });
  });
});

describe('URLs', () => {
  const PUBLIC: Resources = [
    ...EDGE,
    balancer('Public', { scheme: 'internet-facing', groups: ['sg-public'] }),
    forwarding('PublicHttp', 'Public', 'Bff'),
    balancer('Lonely', { groups: ['sg-closed'] }),
    forwarding('LonelyHttp', 'Lonely', 'Bff'),
    balancer('Silent', { scheme: 'internet-facing' }),
  ];

  it('has one for each API, each public balancer, and each balancer nothing else fronts', async () => {
    const traffic = await open(withEdge(smallSystem({ groups: groups() }), PUBLIC), new MemoryNetwork());
    expect(Object.keys(traffic.urls)).toEqual(['dev/Edge/Api', 'dev/Edge/Public', 'dev/Edge/Lonely']);
  });

  it('has one for each further listener of a balancer, with its port', async () => {
    const two = [...PUBLIC, forwarding('PublicAdmin', 'Public', 'Bff', 8081)];
    const traffic = await open(withEdge(smallSystem({ groups: groups() }), two), new MemoryNetwork());
    expect(Object.keys(traffic.urls)).toContain('dev/Edge/Public:8081');
    expect(traffic.urls['dev/Edge/Public:8081']).not.toBe(traffic.urls['dev/Edge/Public']);
  });

  it('gives the first the port that was asked for and the others the next free ones', async () => {
    const port = await freePort();
    const taken = createServer();
    await listenOnPort(taken, port + 1);
    atEnd(() => taken.close());
    const traffic = await open(withEdge(smallSystem({ groups: groups() }), PUBLIC), new MemoryNetwork(), port);
    const [first, second] = Object.values(traffic.urls).map((url) => Number(new URL(url).port));
    expect(first).toBe(port);
    expect(second).toBeGreaterThan(port + 1);
  });

  it('fails, with nothing left open, when the port that was asked for is taken', async () => {
    const [, port] = await serve(() => {});
    const network = new MemoryNetwork();
    const system = withEdge(smallSystem({ groups: groups() }), PUBLIC);
    await expect(open(system, network, port)).rejects.toThrow(`dev/Edge/Api: port ${port} is in use`);
    for (const [, inside] of network.published.values()) {
      await expect(fetch(`http://127.0.0.1:${inside}`)).rejects.toThrow();
    }
  });

  it('lets the internet in only where security groups do', async () => {
    const closed: Resources = [
      balancer('Closed', { scheme: 'internet-facing', groups: ['sg-closed'] }),
      forwarding('ClosedHttp', 'Closed', 'Bff'),
      balancer('Public', { scheme: 'internet-facing', groups: ['sg-public'] }),
      forwarding('PublicHttp', 'Public', 'Bff'),
      BFF_TARGETS,
    ];
    const system = withEdge(smallSystem({ groups: groups() }), closed);
    const network = await smallNetwork(system, 'shared');
    const traffic = await open(system, network);
    expect((await fetch(traffic.urls['dev/Edge/Closed']!)).status).toBe(504);
    expect((await fetch(traffic.urls['dev/Edge/Public']!)).status).toBe(503);
    expect(network.denials).toMatchObject([{ from: 'the internet', to: 'dev/Edge/Closed:80' }]);
  });
});
