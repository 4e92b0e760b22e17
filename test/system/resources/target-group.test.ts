import { describe, expect, it } from '@jest/globals';
import { targetGroup } from '../../../system/resources/target-group.ts';
import { readOne } from './read-one.ts';

describe('target groups', () => {
  it('check health as AWS does where the template says nothing', () => {
    expect(readOne(targetGroup).data.healthCheck).toEqual({
      port: 'traffic-port',
      path: '/',
      intervalSeconds: 30,
      timeoutSeconds: 5,
      healthyThreshold: 5,
      unhealthyThreshold: 2,
      codes: '200',
    });
  });

  it('read what the template says', () => {
    const { data, refused, accepted } = readOne(targetGroup, {
      HealthCheckPort: '9000',
      HealthCheckPath: '/ready',
      Matcher: { HttpCode: '200-299' },
      TargetGroupAttributes: [
        { Key: 'deregistration_delay.timeout_seconds', Value: '10' },
        { Key: 'stickiness.enabled', Value: 'false' },
      ],
    });
    expect(data.healthCheck).toMatchObject({ port: 9000, path: '/ready', codes: '200-299' });
    expect(refused).toEqual([]);
    expect(accepted).toEqual(['TargetGroupAttributes.0.Key', 'TargetGroupAttributes.0.Value']);
  });

  it('refuse to pin clients to tasks', () => {
    const TargetGroupAttributes = [{ Key: 'stickiness.enabled', Value: 'true' }];
    expect(readOne(targetGroup, { TargetGroupAttributes }).refused).toEqual(['TargetGroupAttributes.0.Value']);
  });

  it.each([
    [{ Protocol: 'HTTPS' }, 'plain HTTP to tasks, not HTTPS'],
    [{ Protocol: 'TCP' }, 'plain HTTP to tasks, not TCP'],
    [{ ProtocolVersion: 'GRPC' }, 'HTTP/1.1 to tasks, not GRPC'],
    [{ ProtocolVersion: 'HTTP2' }, 'HTTP/1.1 to tasks, not HTTP2'],
    [{ TargetType: 'lambda' }, 'leads to tasks, not to lambda'],
  ])('are refused, and no part of the system, with %j', (properties, why) => {
    const { id, honesty } = readOne(targetGroup, { Port: 80, ...properties });
    expect([id, honesty]).toEqual([
      undefined,
      [expect.objectContaining({ property: '*', verdict: 'refused', why: expect.stringContaining(why) })],
    ]);
    expect(readOne(targetGroup, { Port: 80, Protocol: 'HTTP', ProtocolVersion: 'HTTP1' }).id).toBe('App/It');
  });

  it('are told how tasks are picked only by what the twin can do', () => {
    const read = (Value: string) =>
      readOne(targetGroup, { TargetGroupAttributes: [{ Key: 'load_balancing.algorithm.type', Value }] });
    expect(read('weighted_random').refused).toEqual(['TargetGroupAttributes.0.Value']);
    expect(read('least_outstanding_requests')).toMatchObject({
      refused: [],
      data: { algorithm: 'least_outstanding_requests' },
    });
  });
});
