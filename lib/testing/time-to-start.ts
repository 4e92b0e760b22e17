import type { IConstruct } from 'constructs';
import { type EcsService, ecsServicesOf } from './ecs-service.ts';
import { expectNone, type Finding } from './finding.ts';
import { synthesized } from './synthesized.ts';

/**
 * Expects that no check ends a task that still boots, and that a deployment starts tasks before it ends others
 * (incident 21).
 */
export function expectTimeToStart(scope: IConstruct): void {
  const services = synthesized(scope).flatMap(ecsServicesOf);
  expectNone('tasks to be given time, and none to be missed meanwhile', services.flatMap(startFindings));
}

function startFindings({ service, task }: EcsService): Finding[] {
  const checks: { StartPeriod?: number }[] = (task.properties.ContainerDefinitions ?? []).flatMap(
    (container: { HealthCheck?: object }) => container.HealthCheck ?? [],
  );
  const start = Math.max(0, ...checks.map(({ StartPeriod }) => StartPeriod ?? 0));
  const { HealthCheckGracePeriodSeconds: grace = 0, DeploymentConfiguration: deployment = {} } = service.properties;
  const { MinimumHealthyPercent: least = 100, MaximumPercent: most = 200 } = deployment;
  const isChecked = checks.length > 0 || service.properties.LoadBalancers?.length > 0;

  const found: Finding[] = [];
  const add = (where: string, got: string, mend: string) => found.push({ where, got, mend });
  if (checks.some(({ StartPeriod }) => !StartPeriod)) {
    add(task.where, 'a health check that counts from the first second', 'set startPeriod to what a slow start takes');
  }
  if (isChecked && (grace === 0 || grace < start)) {
    add(service.where, `a grace of ${grace} s`, `set healthCheckGracePeriod to more than ${start} s`);
  }
  if (least < 100) {
    add(service.where, `${least} % of its tasks during a deployment`, 'set minHealthyPercent to 100');
  }
  if (most <= 100) {
    add(service.where, 'no room for a task beside those it replaces', 'set maxHealthyPercent to 200');
  }
  return found;
}
