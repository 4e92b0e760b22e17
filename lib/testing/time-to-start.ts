import type { IConstruct } from 'constructs';
import { containersOf, type EcsService, ecsServicesOf } from './ecs-service.ts';
import { expectNone, type Finding, incomparable } from './finding.ts';
import { synthesized } from './synthesized.ts';
import { alternatives, numberOf } from './template-text.ts';

/**
 * Expects that no check ends a task that still boots, and that a deployment starts tasks before it ends others
 * (incident 21). Daemons only have the first: ECS never runs a second one beside that which it replaces. Nor is
 * the second asked of services that CodeDeploy or another controller than ECS deploys.
 */
export function expectTimeToStart(scope: IConstruct): void {
  const services = synthesized(scope).flatMap(ecsServicesOf);
  expectNone(
    'tasks to be given time, and none to be missed meanwhile',
    services.flatMap((service) => [...bootFindings(service), ...deploymentFindings(service)]),
  );
}

function bootFindings(ecsService: EcsService): Finding[] {
  const { service, task } = ecsService;
  const checks: { StartPeriod?: unknown }[] = containersOf(ecsService).flatMap(({ HealthCheck }) => HealthCheck ?? []);
  const starts = checks.flatMap(({ StartPeriod = 0 }) => alternatives(StartPeriod));
  const longest = Math.max(0, ...starts.map(numberOf).filter((start) => !Number.isNaN(start)));
  const { HealthCheckGracePeriodSeconds: graces = 0, LoadBalancers } = service.properties;
  const isChecked = checks.length > 0 || LoadBalancers?.length > 0;
  return [
    ...numberFindings(task?.where ?? service.where, 'StartPeriod', starts, (start) =>
      start === 0
        ? {
            got: 'a health check that counts from the first second',
            mend: 'set startPeriod to what a slow start takes',
          }
        : undefined,
    ),
    ...numberFindings(service.where, 'HealthCheckGracePeriodSeconds', isChecked ? graces : [], (grace) =>
      grace === 0 || grace < longest
        ? { got: `a grace of ${grace} s`, mend: `set healthCheckGracePeriod to more than ${longest} s` }
        : undefined,
    ),
  ];
}

function deploymentFindings(ecsService: EcsService): Finding[] {
  const { where, properties } = ecsService.service;
  // CodeDeploy, or whoever deploys it from outside, starts a set of tasks of its own; the percentages mean nothing to it.
  const isRolled = (properties.DeploymentController?.Type ?? 'ECS') === 'ECS';
  if (!isRolled || properties.SchedulingStrategy === 'DAEMON') return [];
  const { MinimumHealthyPercent: least = 100, MaximumPercent: most = 200 } = properties.DeploymentConfiguration ?? {};
  const fewest = fewestTasks(ecsService);
  const room = `of a desired count of ${fewest}, no room for a task beside those it replaces`;
  return [
    ...numberFindings(where, 'MinimumHealthyPercent', least, (percent) =>
      percent < 100
        ? { got: `${percent} % of its tasks during a deployment`, mend: 'set minHealthyPercent to 100' }
        : undefined,
    ),
    // ECS rounds down.
    ...numberFindings(where, 'MaximumPercent', most, (percent) =>
      Math.floor((fewest * percent) / 100) <= fewest
        ? { got: `at most ${percent} % ${room}`, mend: 'set maxHealthyPercent to 200' }
        : undefined,
    ),
  ];
}

/** What is wrong with a number, for each value it may have. */
function numberFindings(
  where: string,
  property: string,
  value: unknown,
  wrong: (number: number) => Omit<Finding, 'where'> | undefined,
): Finding[] {
  return alternatives(value).flatMap((one) => {
    const number = numberOf(one);
    if (Number.isNaN(number)) return incomparable(where, property, one);
    const found = wrong(number);
    return found ? { where, ...found } : [];
  });
}

/** How many tasks a service has when it has the fewest; one where the template does not say. */
function fewestTasks({ service, stack }: EcsService): number {
  const scaling = stack.resources.find(
    ({ type, properties }) =>
      type === 'AWS::ApplicationAutoScaling::ScalableTarget' &&
      JSON.stringify(properties.ResourceId).includes(`"${service.logicalId}"`),
  );
  return Math.max(1, Number(scaling ? scaling.properties.MinCapacity : service.properties.DesiredCount) || 1);
}
