import type { ResourceType } from '../resource.ts';
import type { Take } from '../take.ts';
import { arn } from './arn.ts';
import { type AttributeRule, readAttributes } from './load-balancer-attributes.ts';
import { physicalName } from './physical-name.ts';
import { ONE_NETWORK } from './vpc.ts';

/** Where a balancer sends requests, by HTTP/1.1; services say that their tasks join it. */
export interface TargetGroup {
  readonly healthCheck: TargetHealthCheck;
  readonly algorithm: 'round_robin' | 'least_outstanding_requests';
}

export interface TargetHealthCheck {
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
    take.string('Name');
    const protocol = take.string('Protocol') ?? 'HTTP';
    const version = take.string('ProtocolVersion') ?? 'HTTP1';
    const type = take.string('TargetType') ?? 'instance';
    if (protocol !== 'HTTP') take.refuseAll(`the twin's balancer speaks plain HTTP to tasks, not ${protocol}`);
    else if (version !== 'HTTP1') take.refuseAll(`the twin's balancer speaks HTTP/1.1 to tasks, not ${version}`);
    else if (type === 'lambda' || type === 'alb') take.refuseAll(`the twin's balancer leads to tasks, not to ${type}`);
    const attributes = readAttributes(take, 'TargetGroupAttributes', ATTRIBUTES);
    take.accept('Port', 'tasks join at the port their service names');
    take.accept('VpcId', ONE_NETWORK);
    take.refuse('Targets', 'the twin sends requests to tasks of services only');
    take.accept('IpAddressType', 'the twin speaks IPv4 on the loopback');
    return {
      healthCheck: readHealthCheck(take),
      algorithm: attributes[ALGORITHM] === 'least_outstanding_requests' ? 'least_outstanding_requests' : 'round_robin',
    };
  },
};

const ALGORITHM = 'load_balancing.algorithm.type';

const ATTRIBUTES: Readonly<Record<string, AttributeRule>> = {
  [ALGORITHM]: {
    why: 'the twin gives tasks their turns or looks for the fewest requests under way',
    only: ['round_robin', 'least_outstanding_requests'],
  },
  'deregistration_delay.timeout_seconds': {
    why: 'a task that stops leaves its group and gets SIGTERM at once; stopTimeout bounds what is under way',
  },
  'stickiness.enabled': { why: 'the twin pins no client to a task; make the service stateless', only: ['false'] },
};

const readHealthCheck = (take: Take): TargetHealthCheck => {
  const port = take.string('HealthCheckPort') ?? 'traffic-port';
  const protocol = take.string('HealthCheckProtocol') ?? 'HTTP';
  if (protocol !== 'HTTP') take.refuse('HealthCheckProtocol', `the twin checks tasks by HTTP, not by ${protocol}`);
  take.accept('HealthCheckEnabled', 'tasks are always checked');
  return {
    port: port === 'traffic-port' ? port : Number(port),
    path: take.string('HealthCheckPath') ?? '/',
    intervalSeconds: take.number('HealthCheckIntervalSeconds') ?? 30,
    timeoutSeconds: take.number('HealthCheckTimeoutSeconds') ?? 5,
    healthyThreshold: take.number('HealthyThresholdCount') ?? 5,
    unhealthyThreshold: take.number('UnhealthyThresholdCount') ?? 2,
    codes: take.object('Matcher')?.string('HttpCode') ?? '200',
  };
};
