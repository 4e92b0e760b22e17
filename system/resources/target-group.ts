import type { ResourceType } from '../resource.ts';
import type { Take } from '../take.ts';
import { arn } from './arn.ts';
import { readAttributes } from './load-balancer-attributes.ts';
import { physicalName } from './physical-name.ts';

/** Where a balancer sends requests; services say that their tasks join it. */
export interface TargetGroup {
  readonly name: string | undefined;
  /** Port of targets that name none. */
  readonly port: number | undefined;
  /** `HTTP`, `HTTPS`, `TCP` … */
  readonly protocol: string;
  /** `HTTP1`, `HTTP2` or `GRPC` */
  readonly protocolVersion: string;
  /** `ip`, `instance`, `lambda` or `alb` */
  readonly targetType: string;
  readonly vpc: string | undefined;
  readonly healthCheck: TargetHealthCheck;
  /** From leaving the group to the end of requests in flight. */
  readonly deregistrationDelaySeconds: number;
  readonly algorithm: 'round_robin' | 'least_outstanding_requests';
}

export interface TargetHealthCheck {
  /** `HTTP`, `HTTPS` or `TCP` (a connection is enough) */
  readonly protocol: string;
  /** The port of the target, unless the template names another. */
  readonly port: number | 'traffic-port';
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Status codes that count as healthy: `200`, `200,204`, `200-399`. */
  readonly codes: string;
}

/** `AWS::ElasticLoadBalancingV2::TargetGroup` */
export const targetGroup: ResourceType<TargetGroup> = {
  type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  identity: (place, property) => {
    const name = physicalName(property('Name'), `${place.name.slice(0, 22)}-${place.hash.slice(0, 8)}`);
    const fullName = `targetgroup/${name}/${place.hash.slice(0, 16)}`;
    const own = arn(place, 'elasticloadbalancing', fullName);
    return { ref: own, attributes: { TargetGroupArn: own, TargetGroupFullName: fullName, TargetGroupName: name } };
  },
  read: (take) => {
    const protocol = take.string('Protocol') ?? 'HTTP';
    const attributes = readAttributes(take, 'TargetGroupAttributes', SIMULATED, MUST_BE_OFF);
    const version = take.string('ProtocolVersion') ?? 'HTTP1';
    if (version !== 'HTTP1')
      take.refuse('ProtocolVersion', `the twin's balancer speaks HTTP/1.1 to tasks, not ${version}`);
    take.refuse('Targets', 'the twin sends requests to tasks of services only');
    take.accept('IpAddressType', 'the twin speaks IPv4 on the loopback');
    return {
      name: take.string('Name'),
      port: take.number('Port'),
      protocol,
      protocolVersion: version,
      targetType: take.string('TargetType') ?? 'instance',
      vpc: take.string('VpcId'),
      healthCheck: readHealthCheck(take, protocol),
      deregistrationDelaySeconds: Number(attributes['deregistration_delay.timeout_seconds'] ?? 300),
      algorithm:
        attributes['load_balancing.algorithm.type'] === 'least_outstanding_requests'
          ? 'least_outstanding_requests'
          : 'round_robin',
    };
  },
};

const SIMULATED = ['deregistration_delay.timeout_seconds', 'load_balancing.algorithm.type'];

const MUST_BE_OFF = { 'stickiness.enabled': 'the twin pins no client to a task; make the service stateless' };

const readHealthCheck = (take: Take, protocol: string): TargetHealthCheck => {
  const http = protocol === 'HTTP' || protocol === 'HTTPS';
  const port = take.string('HealthCheckPort') ?? 'traffic-port';
  take.accept('HealthCheckEnabled', 'tasks are always checked');
  return {
    protocol: take.string('HealthCheckProtocol') ?? (http ? protocol : 'TCP'),
    port: port === 'traffic-port' ? port : Number(port),
    path: take.string('HealthCheckPath') ?? '/',
    intervalSeconds: take.number('HealthCheckIntervalSeconds') ?? 30,
    timeoutSeconds: take.number('HealthCheckTimeoutSeconds') ?? (http ? 5 : 10),
    healthyThreshold: take.number('HealthyThresholdCount') ?? 5,
    unhealthyThreshold: take.number('UnhealthyThresholdCount') ?? 2,
    codes: take.object('Matcher')?.string('HttpCode') ?? (http ? '200' : '200-399'),
  };
};
