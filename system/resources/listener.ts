import type { ResourceType } from '../resource.ts';
import { type ListenerAction, readActions } from './listener-action.ts';

/** A port of a load balancer. */
export interface Listener {
  /** ARN of the balancer. */
  readonly loadBalancer: string | undefined;
  readonly port: number;
  /** `HTTP`, `HTTPS`, `TCP`, `TLS` … */
  readonly protocol: string;
  /** What happens to a request no rule matches. */
  readonly actions: readonly ListenerAction[];
}

/** `AWS::ElasticLoadBalancingV2::Listener` */
export const listener: ResourceType<Listener> = {
  type: 'AWS::ElasticLoadBalancingV2::Listener',
  identity: (place, property) => {
    const own = `${String(property('LoadBalancerArn')).replace(':loadbalancer/', ':listener/')}/${place.hash.slice(0, 16)}`;
    return { ref: own, attributes: { ListenerArn: own } };
  },
  read: (take) => {
    const port = take.number('Port') ?? 80;
    const tls = 'the twin listens on this machine alone and speaks plain HTTP';
    take.accept('Certificates', tls);
    take.accept('SslPolicy', tls);
    take.accept('AlpnPolicy', tls);
    take.refuse('MutualAuthentication', 'the twin does not ask clients for certificates');
    return {
      loadBalancer: take.string('LoadBalancerArn'),
      port,
      protocol: take.string('Protocol') ?? (port === 443 ? 'HTTPS' : 'HTTP'),
      actions: readActions(take, 'DefaultActions'),
    };
  },
};
