import type { Listener } from '../../../system/resources/listener.ts';
import type { ListenerAction } from '../../../system/resources/listener-action.ts';
import type { LoadBalancer } from '../../../system/resources/load-balancer.ts';
import type { TargetGroup } from '../../../system/resources/target-group.ts';
import type { ConnectEndpoint } from '../../../system/service.ts';

/** A public balancer that no group guards. */
export const loadBalancerData = (changes: Partial<LoadBalancer> = {}): LoadBalancer => ({
  scheme: 'internet-facing',
  groups: [],
  subnets: [],
  idleTimeoutSeconds: 60,
  dropsInvalidHeaders: false,
  ...changes,
});

/** The listener of the balancer `Balancer`; it forwards to the target group `Shop`. */
export const listenerData = (changes: Partial<Listener> = {}): Listener => ({
  loadBalancer: 'Balancer',
  port: 80,
  protocol: 'HTTP',
  refused: undefined,
  actions: [forwardTo(['Shop', 1])],
  ...changes,
});

export const forwardTo = (...targets: (readonly [group: string, weight: number])[]): ListenerAction => ({
  kind: 'forward',
  targets: targets.map(([targetGroup, weight]) => ({ targetGroup, weight })),
});

/** A target group that asks for `/health`. */
export const targetGroupData = (changes: Partial<TargetGroup> = {}): TargetGroup => ({
  healthCheck: {
    port: 'traffic-port',
    path: '/health',
    intervalSeconds: 10,
    timeoutSeconds: 5,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
    codes: '200',
  },
  algorithm: 'round_robin',
  ...changes,
});

/** A Service Connect endpoint with one alias: its own name at port 80. */
export const connectEndpoint = (name: string, changes: Partial<ConnectEndpoint> = {}): ConnectEndpoint => ({
  discoveryName: name,
  aliases: [{ host: name, port: 80 }],
  protocol: 'http',
  containerPort: 8080,
  ingressPort: 9090,
  perRequestTimeoutSeconds: 15,
  idleTimeoutSeconds: 300,
  ...changes,
});
