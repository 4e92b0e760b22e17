import { describe, expect, it } from '@jest/globals';
import { listener } from '../../../system/resources/listener.ts';
import { listenerRule } from '../../../system/resources/listener-rule.ts';
import { readOne } from './read-one.ts';

const forward = { Type: 'forward', TargetGroupArn: 'tg-1' };

describe('listener rules', () => {
  it('read every kind of condition', () => {
    const { data, refused } = readOne(listenerRule, {
      ListenerArn: 'arn:listener',
      Priority: 7,
      Conditions: [
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/a/*'] } },
        { Field: 'host-header', Values: ['*.shop'] },
        { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-a', Values: ['1'] } },
        { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'q', Value: '1' }, { Value: 'x*' }] } },
        { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } },
      ],
      Actions: [forward],
    });
    expect(data).toEqual({
      listener: 'arn:listener',
      priority: 7,
      conditions: [
        { field: 'path-pattern', values: ['/a/*'] },
        { field: 'host-header', values: ['*.shop'] },
        { field: 'http-request-method', values: ['GET'] },
        { field: 'http-header', name: 'x-a', values: ['1'] },
        {
          field: 'query-string',
          values: [
            { key: 'q', value: '1' },
            { key: undefined, value: 'x*' },
          ],
        },
        { field: 'source-ip', values: ['10.0.0.0/8'] },
      ],
      actions: [{ kind: 'forward', targets: [{ targetGroup: 'tg-1', weight: 1 }] }],
    });
    expect(refused).toEqual([]);
  });

  it('read weighted targets, redirects and fixed answers in the order of the actions', () => {
    const { data } = readOne(listenerRule, {
      ListenerArn: 'arn:listener',
      Actions: [
        {
          Order: 3,
          Type: 'forward',
          ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'a', Weight: 0 }, { TargetGroupArn: 'b' }] },
        },
        { Order: 1, Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Port: '443' } },
        { Order: 2, Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', MessageBody: 'none' } },
      ],
    });
    expect(data.actions).toEqual([
      {
        kind: 'redirect',
        status: 301,
        protocol: '#{protocol}',
        host: '#{host}',
        port: '443',
        path: '/#{path}',
        query: '#{query}',
      },
      { kind: 'fixed-response', status: 404, contentType: undefined, body: 'none' },
      {
        kind: 'forward',
        targets: [
          { targetGroup: 'a', weight: 0 },
          { targetGroup: 'b', weight: 1 },
        ],
      },
    ]);
  });

  it.each([
    ['authenticate-oidc', 1],
    ['authenticate-cognito', 1],
    ['jwt-validation', 3],
  ])('let nothing past a guard the twin has not: %s at %i', (Type, Order) => {
    const read = (guard: readonly object[]) =>
      readOne(listenerRule, { ListenerArn: 'arn:listener', Actions: [...guard, { Order: 2, ...forward }] });
    const { data, refused } = read([{ Order, Type }]);
    expect(refused).toEqual(['Actions.0.Type']);
    expect(data.actions).toEqual([{ kind: 'refused', why: expect.stringContaining(Type), behind: ['tg-1'] }]);
    expect(read([]).data.actions.map(({ kind }) => kind)).toEqual(['forward']);
  });

  it('forward nothing they were to rewrite first', () => {
    const Transforms = [{ Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/a', Replace: '/b' }] } }];
    const { data, refused } = readOne(listenerRule, { ListenerArn: 'arn:listener', Transforms, Actions: [forward] });
    expect(refused).toEqual(['Transforms.0.Type']);
    expect(data.actions).toMatchObject([{ kind: 'refused', behind: ['tg-1'] }]);
  });

  it.each([
    [{ Field: 'moon-phase' }, 'Conditions.0.Field'],
    [
      { Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/a'] } },
      'Conditions.0.PathPatternConfig.RegexValues',
    ],
    [
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x', Values: ['*'], RegexValues: ['^a'] } },
      'Conditions.0.HttpHeaderConfig.RegexValues',
    ],
  ])('keep a condition the twin does not know: %j', (condition, property) => {
    const { data, refused } = readOne(listenerRule, { ListenerArn: 'arn:listener', Conditions: [condition] });
    expect([refused, data.conditions]).toEqual([[property], [{ field: 'unknown' }]]);
  });
});

describe('listeners', () => {
  const read = (properties: object) =>
    readOne(listener, { LoadBalancerArn: 'lb', Port: 443, DefaultActions: [forward], ...properties });

  it('that ask clients for certificates answer nobody', () => {
    const { data, refused } = read({ Protocol: 'HTTPS', MutualAuthentication: { Mode: 'verify' } });
    expect([refused, data.refused]).toEqual([['MutualAuthentication.Mode'], expect.stringContaining('certificate')]);
    const off = read({ Protocol: 'HTTPS', MutualAuthentication: { Mode: 'off' } });
    expect([off.refused, off.data.refused]).toEqual([[], undefined]);
  });

  it('that do not speak HTTP are refused', () => {
    expect(read({ Protocol: 'TLS' })).toMatchObject({ refused: ['*'] });
    expect(read({ Protocol: 'TLS' }).id).toBeUndefined();
    expect(read({ Protocol: 'HTTPS' }).id).toBe('App/It');
  });
});
