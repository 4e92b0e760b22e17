import type { aws_ecs as ecs, aws_elasticloadbalancingv2 as elb } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { refuse, refuseTokens } from './refusal.ts';

/** When a service gets more tasks; each target on its own is enough. */
export interface ScalingTargets {
  /** Average CPU, in percent. @default 60 */
  readonly cpu?: number;
  /** Average memory, in percent. @default 75 */
  readonly memory?: number;
  /** Requests a task gets from the balancer in a minute. @default - no reason to scale */
  readonly requests?: number;
}

export interface ServiceScalingProps {
  readonly service: ecs.FargateService;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly targets: ScalingTargets;
}

/** How many tasks a service has. */
export class ServiceScaling {
  readonly taskCount: ecs.ScalableTaskCount;
  private readonly requests: number | undefined;
  private attached = false;

  constructor(owner: Construct, { service, minTasks, maxTasks, targets }: ServiceScalingProps) {
    check(owner, targets);
    this.taskCount = service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
    this.taskCount.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: targets.cpu ?? 60 });
    this.taskCount.scaleOnMemoryUtilization('Memory', { targetUtilizationPercent: targets.memory ?? 75 });
    this.requests = targets.requests;
    owner.node.addValidation({
      validate: () =>
        this.requests && !this.attached
          ? [`${owner.node.path}: scaling.requests counts what the balancer sends, got no route; add one or drop it`]
          : [],
    });
  }

  /** Counts the requests of this target group, if requests are a reason to scale. */
  addRequests(targetGroup: elb.ApplicationTargetGroup): void {
    if (this.requests && !this.attached) {
      this.taskCount.scaleOnRequestCount('Requests', { requestsPerTarget: this.requests, targetGroup });
    }
    this.attached = true;
  }
}

function check(owner: Construct, targets: ScalingTargets): void {
  const { cpu, memory, requests = 1 } = targets;
  refuseTokens(owner, { 'scaling.cpu': cpu, 'scaling.memory': memory, 'scaling.requests': requests });
  for (const name of ['cpu', 'memory'] as const) {
    const percent = targets[name] ?? 1;
    if (!(percent >= 1 && percent <= 100)) refuse(owner, `scaling.${name} is in percent, got ${percent}; use 1 to 100`);
  }
  if (!(requests > 0)) refuse(owner, `scaling.requests must be more than 0, got ${requests}; raise it or drop it`);
}
