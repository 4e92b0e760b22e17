import { describe, expect, it } from '@jest/globals';
import { httpApi } from '../../../system/resources/http-api.ts';
import { httpApiIntegration } from '../../../system/resources/http-api-integration.ts';
import { httpApiRoute } from '../../../system/resources/http-api-route.ts';
import { httpApiStage } from '../../../system/resources/http-api-stage.ts';
import type { MappingSource } from '../../../system/resources/mapping-step.ts';
import { readOne } from './read-one.ts';

const text = (words: string): MappingSource => ({ from: 'text', text: words });

describe('HTTP APIs', () => {
  it('read routes, with the integration their target names', () => {
    const { data, refused } = readOne(httpApiRoute, { ApiId: 'api', RouteKey: 'GET /a', Target: 'integrations/i1' });
    expect(data).toMatchObject({ api: 'api', routeKey: 'GET /a', integration: 'i1', authorization: 'NONE' });
    expect(refused).toEqual([]);
  });

  it('refuse routes whose callers would be asked who they are', () => {
    const guarded = { AuthorizationType: 'JWT', AuthorizerId: 'a1', AuthorizationScopes: ['orders/write'] };
    const { data, refused, honesty } = readOne(httpApiRoute, { ApiId: 'api', RouteKey: 'GET /a', ...guarded });
    expect(refused).toEqual(Object.keys(guarded));
    expect(honesty.find(({ verdict }) => verdict === 'refused')?.why).toMatch(/no JWT authorizers.* answers 501/);
    expect(data.authorization).toBe('JWT');
    const open = { ...guarded, AuthorizationType: 'NONE' };
    expect(readOne(httpApiRoute, { ApiId: 'api', RouteKey: 'GET /a', ...open }).refused).toEqual([]);
  });

  it('read how an integration changes requests', () => {
    const RequestParameters = {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is API Gateway that fills it in
      'overwrite:path': '/items/${request.path.id}',
      'append:header.X-Ids': '$context.requestId',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is API Gateway that fills it in
      'overwrite:querystring.Who': '${request.header.X-User}-${request.querystring.Who}',
      'remove:header.Via': "''",
    };
    const { data, refused } = readOne(httpApiIntegration, { RequestParameters });
    expect(refused).toEqual([]);
    expect(data).toMatchObject({
      refused: undefined,
      mapping: [
        { action: 'overwrite', target: 'path', name: '', value: [text('/items/'), { from: 'variable', name: 'id' }] },
        { action: 'append', target: 'header', name: 'x-ids', value: [{ from: 'context', name: 'requestId' }] },
        {
          action: 'overwrite',
          target: 'querystring',
          name: 'Who',
          value: [{ from: 'header', name: 'x-user' }, text('-'), { from: 'querystring', name: 'Who' }],
        },
        { action: 'remove', target: 'header', name: 'via' },
      ],
    });
  });

  it.each([
    ['overwrite:path', '$request.body.id'],
    ['overwrite:header.x', '$stageVariables.version'],
    ['overwrite:header.x', '$request.header'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is API Gateway that fills it in
    ['overwrite:header.x', 'for ${request.method}'],
    ['overwrite:header.x', 'for $5'],
    ['overwrite:status', '200'],
  ])('refuse the mapping of %s to %s, which ends in a 501', (key, value) => {
    const RequestParameters = { 'append:header.y': '$context.requestId', [key]: value };
    const { data, refused } = readOne(httpApiIntegration, { RequestParameters });
    expect(refused).toEqual([`RequestParameters.${key}`]);
    expect(data.refused).toContain(key);
  });

  it('read integrations behind a VPC link and on the internet', () => {
    const link = {
      ApiId: 'api',
      IntegrationType: 'HTTP_PROXY',
      ConnectionType: 'VPC_LINK',
      ConnectionId: 'l1',
      IntegrationUri: 'arn:listener',
    };
    expect(
      readOne(httpApiIntegration, { ...link, RequestParameters: { 'overwrite:path': '$request.path' } }).data,
    ).toMatchObject({
      uri: 'arn:listener',
      vpcLink: 'l1',
      timeoutMs: 30_000,
      mapping: [{ action: 'overwrite', target: 'path', name: '', value: [{ from: 'path' }] }],
    });
    const internet = { ApiId: 'api', IntegrationType: 'HTTP_PROXY', IntegrationUri: 'https://example.com' };
    expect(readOne(httpApiIntegration, internet).data.vpcLink).toBeUndefined();
    expect(readOne(httpApiIntegration, { ...internet, IntegrationType: 'AWS_PROXY' }).refused).toEqual([
      'IntegrationType',
    ]);
  });

  it('read limits of a stage and of its routes', () => {
    const { data } = readOne(httpApiStage, {
      ApiId: 'api',
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingBurstLimit: 10, ThrottlingRateLimit: 5 },
      RouteSettings: { 'GET /a': { ThrottlingRateLimit: 1 } },
    });
    expect(data.throttling).toEqual({ burst: 10, ratePerSecond: 5 });
    expect(data.routeThrottling).toEqual({ 'GET /a': { burst: undefined, ratePerSecond: 1 } });
  });

  it('refuse what makes no routes as resources', () => {
    expect(readOne(httpApi, { Name: 'a', ProtocolType: 'HTTP', Body: { openapi: '3' } }).refused).toEqual(['Body']);
    expect(readOne(httpApi, { Name: 'a', ProtocolType: 'WEBSOCKET' }).refused).toEqual(['*']);
  });
});
