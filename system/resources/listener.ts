import type { ResourceType } from '../resource.ts';
import { type ListenerAction, readActions } from './listener-action.ts';

/** A port of a load balancer. */
export interface Listener {
  /** ARN of the balancer. */
  readonly loadBalancer: string | undefined;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** Why it answers 501 to everything; undefined for one the twin can open. */
  readonly refused: string | undefined;
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
    const mutual = take.object('MutualAuthentication')?.string('Mode') ?? 'off';
    const why = 'the twin asks no client for a certificate, so it lets nobody in where one is asked for';
    if (mutual !== 'off') take.object('MutualAuthentication')?.refuse('Mode', `${why}: the listener answers 501`);
    const protocol = take.string('Protocol') ?? (port === 443 ? 'HTTPS' : 'HTTP');
    if (protocol !== 'HTTP' && protocol !== 'HTTPS') take.refuseAll(`the twin's balancer speaks HTTP, not ${protocol}`);
    return {
      loadBalancer: take.string('LoadBalancerArn'),
      port,
      protocol: protocol === 'HTTPS' ? protocol : 'HTTP',
      refused: mutual === 'off' ? undefined : why,
      actions: readActions(take, 'DefaultActions'),
    };
  },
};
