import { describe, expect, it } from '@jest/globals';
import { targetGroup } from '../../../system/resources/target-group.ts';
import { readOne } from './read-one.ts';

describe('target groups', () => {
  it('check health as AWS does where the template says nothing', () => {
    expect(readOne(targetGroup).data.healthCheck).toEqual({
      protocol: 'HTTP',
      port: 'traffic-port',
      path: '/',
      intervalSeconds: 30,
      timeoutSeconds: 5,
      healthyThreshold: 5,
      unhealthyThreshold: 2,
      codes: '200',
    });
    expect(readOne(targetGroup, { Protocol: 'TCP' }).data.healthCheck).toMatchObject({
      protocol: 'TCP',
      timeoutSeconds: 10,
    });
  });

  it('read what the template says', () => {
    const { data, refused } = readOne(targetGroup, {
      HealthCheckPort: '9000',
      HealthCheckPath: '/ready',
      Matcher: { HttpCode: '200-299' },
      TargetGroupAttributes: [
        { Key: 'deregistration_delay.timeout_seconds', Value: '10' },
        { Key: 'stickiness.enabled', Value: 'false' },
      ],
    });
    expect(data.healthCheck).toMatchObject({ port: 9000, path: '/ready', codes: '200-299' });
    expect(data.deregistrationDelaySeconds).toBe(10);
    expect(refused).toEqual([]);
  });

  it('refuse to pin clients to tasks', () => {
    const TargetGroupAttributes = [{ Key: 'stickiness.enabled', Value: 'true' }];
    expect(readOne(targetGroup, { TargetGroupAttributes }).refused).toEqual(['TargetGroupAttributes.0.Value']);
  });
});
