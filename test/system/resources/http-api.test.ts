import { describe, expect, it } from '@jest/globals';
import { httpApi } from '../../../system/resources/http-api.ts';
import { httpApiIntegration } from '../../../system/resources/http-api-integration.ts';
import { httpApiRoute } from '../../../system/resources/http-api-route.ts';
import { httpApiStage } from '../../../system/resources/http-api-stage.ts';
import { readOne } from './read-one.ts';

describe('HTTP APIs', () => {
  it('read routes, with the integration their target names', () => {
    const { data, refused } = readOne(httpApiRoute, { ApiId: 'api', RouteKey: 'GET /a', Target: 'integrations/i1' });
    expect(data).toMatchObject({ api: 'api', routeKey: 'GET /a', integration: 'i1', authorization: 'NONE' });
    expect(refused).toEqual([]);
  });

  it('refuse routes whose callers would be asked who they are', () => {
    expect(readOne(httpApiRoute, { ApiId: 'api', RouteKey: 'GET /a', AuthorizationType: 'JWT' }).refused).toEqual([
      'AuthorizationType',
    ]);
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
      requestParameters: { 'overwrite:path': '$request.path' },
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
    expect(readOne(httpApi, { Name: 'a', ProtocolType: 'WEBSOCKET' }).refused).toEqual(['ProtocolType']);
  });
});
