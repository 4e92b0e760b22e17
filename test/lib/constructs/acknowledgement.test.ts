import { describe, expect, it } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { serviceBehindEdge } from '../../service-behind-edge.ts';

describe('an acknowledgement', () => {
  it('keeps, at the public route it is about, why the route is public', () => {
    const { edge, service } = serviceBehindEdge('Orders');
    edge.route('GET /orders', service, { public: 'orders are for everyone' });
    const route = service.node.findAll().find((construct) => construct.node.id === 'GET:orders')!;
    const kept = route.node.metadata.find(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
    expect(JSON.stringify(kept?.data)).toContain('Public on purpose: orders are for everyone');
  });
});
