import { ecsService } from './resources/ecs-service.ts';
import { subnet } from './resources/subnet.ts';
import type { Service } from './service.ts';
import type { System } from './system.ts';

/** The availability zone a service's tasks run in: that of its first subnet, in which a rehearsal has them all. */
export const taskZone = (system: System, service: Service): string => {
  const [first = ''] = system.find(ecsService, service.arn)?.data.subnets ?? [];
  return system.find(subnet, first)?.data.zone ?? `${system.region}a`;
};
