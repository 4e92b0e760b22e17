import type { IConstruct } from 'constructs';
import { containersOf, type EcsService, ecsServicesOf } from './ecs-service.ts';
import { expectNone, type Finding } from './finding.ts';
import { synthesized } from './synthesized.ts';

/**
 * Expects that no check ends a task that still boots, and that a deployment starts tasks before it ends others
 * (incident 21). Daemons only have the first: ECS never runs a second one beside that which it replaces.
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
  const checks: { StartPeriod?: number }[] = containersOf(ecsService).flatMap(({ HealthCheck }) => HealthCheck ?? []);
  const start = Math.max(0, ...checks.map(({ StartPeriod }) => StartPeriod ?? 0));
  const { HealthCheckGracePeriodSeconds: grace = 0, LoadBalancers } = service.properties;

  const found: Finding[] = [];
  if (task && checks.some(({ StartPeriod }) => !StartPeriod)) {
    const got = 'a health check that counts from the first second';
    found.push({ where: task.where, got, mend: 'set startPeriod to what a slow start takes' });
  }
  const isChecked = checks.length > 0 || LoadBalancers?.length > 0;
  if (isChecked && (grace === 0 || grace < start)) {
    const mend = `set healthCheckGracePeriod to more than ${start} s`;
    found.push({ where: service.where, got: `a grace of ${grace} s`, mend });
  }
  return found;
}

function deploymentFindings(ecsService: EcsService): Finding[] {
  const { where, properties } = ecsService.service;
  if (properties.SchedulingStrategy === 'DAEMON') return [];
  const { MinimumHealthyPercent: least = 100, MaximumPercent: most = 200 } = properties.DeploymentConfiguration ?? {};
  const fewest = fewestTasks(ecsService);

  const found: Finding[] = [];
  if (least < 100) {
    const got = `${least} % of its tasks during a deployment`;
    found.push({ where, got, mend: 'set minHealthyPercent to 100' });
  }
  // ECS rounds down.
  if (Math.floor((fewest * most) / 100) <= fewest) {
    const got = `at most ${most} % of a desired count of ${fewest}, no room for a task beside those it replaces`;
    found.push({ where, got, mend: 'set maxHealthyPercent to 200' });
  }
  return found;
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
