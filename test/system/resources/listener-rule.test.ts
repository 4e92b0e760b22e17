import { describe, expect, it } from '@jest/globals';
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

  it('refuse what the balancer of the twin cannot do', () => {
    const { data, refused } = readOne(listenerRule, {
      ListenerArn: 'arn:listener',
      Conditions: [{ Field: 'moon-phase' }],
      Actions: [
        { Order: 1, Type: 'authenticate-oidc' },
        { Order: 2, ...forward },
      ],
    });
    expect(refused).toEqual(['Conditions.0.Field', 'Actions.0.Type']);
    expect(data.actions.map(({ kind }) => kind)).toEqual(['forward']);
  });
});
