import { describe, expect, it } from '@jest/globals';
import { loadBalancer } from '../../../system/resources/load-balancer.ts';
import { readOne } from './read-one.ts';

describe('load balancers', () => {
  it('are told how long to wait and which headers to drop', () => {
    const { data, accepted, simulated } = readOne(loadBalancer, {
      LoadBalancerAttributes: [
        { Key: 'idle_timeout.timeout_seconds', Value: '75' },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
        { Key: 'access_logs.s3.enabled', Value: 'true' },
      ],
    });
    expect(data).toMatchObject({ idleTimeoutSeconds: 75, dropsInvalidHeaders: true });
    const both = (index: number) => ['Key', 'Value'].map((name) => `LoadBalancerAttributes.${index}.${name}`);
    expect([simulated, accepted]).toEqual([['*', ...both(0), ...both(1)], both(2)]);
    expect(readOne(loadBalancer).data).toMatchObject({ idleTimeoutSeconds: 60, dropsInvalidHeaders: false });
  });

  it.each(['network', 'gateway'])('are refused, and no part of the system, where they are of type %s', (Type) => {
    const { id, honesty } = readOne(loadBalancer, { Type, Scheme: 'internal' });
    expect([id, honesty.map(({ property, verdict }) => [property, verdict])]).toEqual([undefined, [['*', 'refused']]]);
    expect(readOne(loadBalancer, { Type: 'application' }).id).toBe('App/It');
  });
});
