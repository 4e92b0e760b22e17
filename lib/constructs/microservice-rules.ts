import type { Duration } from 'aws-cdk-lib';
import { wrongFargateSize } from './fargate-size.ts';

/** What a service has been given, defaults filled in. */
export interface MicroserviceShape {
  readonly name: string;
  readonly port: number;
  /** The port that calls arrive on. */
  readonly callPort: number;
  readonly healthPath: string;
  readonly startWithin: Duration;
  readonly cpu: number;
  readonly memory: number;
  readonly minTasks: number;
  readonly maxTasks: number;
}

/** Seconds of the longest start period ECS takes. */
const LONGEST_START = 300;

/** What is wrong with a service; undefined if it can be made. */
export function wrongMicroservice(shape: MicroserviceShape): string | undefined {
  const { name, port, callPort, healthPath, startWithin, cpu, memory, minTasks, maxTasks } = shape;
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) {
    return `a service's name is a host name of lower-case letters, digits and dashes, at most 32, got '${name}'; set name`;
  }
  if (!(Number.isInteger(port) && port > 0 && port < 65536 && port !== callPort)) {
    return `port must be a port other than ${callPort}, on which calls arrive, got ${port}; use 8080`;
  }
  if (!healthPath.startsWith('/')) {
    return `healthPath must start with '/', got '${healthPath}'; use '/${healthPath}'`;
  }
  if (/[\s'"]/.test(healthPath)) {
    return `healthPath must be a path without spaces and quotes, got '${healthPath}'; encode them or drop them`;
  }
  const start = startWithin.toSeconds({ integral: false });
  if (!Number.isInteger(start) || start < 1) {
    return `startWithin must be whole seconds from 1, got ${start} s; use 30 or what a slow start takes`;
  }
  if (start > LONGEST_START) {
    return (
      `startWithin must not exceed ${LONGEST_START} s, the longest start period of ECS, got ${start} s; ` +
      'let the service be healthy sooner and load the rest afterwards'
    );
  }
  const size = wrongFargateSize(cpu, memory);
  if (size) return size;
  if (!Number.isInteger(minTasks) || minTasks < 1) {
    return `minTasks must be a whole number from 1, got ${minTasks}; use 1 or more`;
  }
  if (!Number.isInteger(maxTasks)) {
    return `maxTasks must be a whole number, got ${maxTasks}; use ${Math.ceil(maxTasks) || minTasks}`;
  }
  if (minTasks > maxTasks) {
    return `minTasks must not exceed maxTasks (${maxTasks}), got ${minTasks}; lower minTasks or raise maxTasks`;
  }
  return undefined;
}
