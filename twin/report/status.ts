import type { Honesty } from '../../system/honesty.ts';
import type { ServiceRunner } from '../tasks/service-runner.ts';
import type { Denial } from './denial.ts';

/** What `mosaic status --json` prints. The shape is public: what breaks a reader raises `version`. */
export interface Status {
  readonly version: 1;
  /** Construct path of the API or balancer → where it answers on this machine. */
  readonly urls: Readonly<Record<string, string>>;
  readonly services: readonly ServiceStatus[];
  /** The latest, oldest first. */
  readonly denials: readonly Denial[];
  /** What becomes of every property of every resource. */
  readonly honesty: readonly Honesty[];
}

export interface ServiceStatus {
  readonly name: string;
  readonly stack: string;
  readonly desired: number;
  readonly tasks: readonly TaskStatus[];
}

export interface TaskStatus {
  readonly id: string;
  /** `host:port`, as the task's own network has it. */
  readonly address: string;
  readonly pid: number | undefined;
  readonly state: 'starting' | 'healthy' | 'unhealthy' | 'stopping';
  readonly revision: string;
}

/** What a service and its tasks are doing. */
export const serviceStatus = ({ service, tasks }: ServiceRunner): ServiceStatus => ({
  name: service.name,
  stack: service.stack,
  desired: service.desired,
  tasks: tasks.flatMap(({ id, address, pid, state, revision }) =>
    state === 'gone' ? [] : [{ id, address: address ?? '', pid, state, revision }],
  ),
});

/** How much of a system is simulated, in one line. */
export function honestySummary(honesty: readonly Honesty[]): string {
  const count = (verdict: Honesty['verdict']): string =>
    `${honesty.filter((each) => each.property !== '*' && each.verdict === verdict).length} ${verdict}`;
  const resources = new Set(honesty.map(({ id }) => id)).size;
  const refused = honesty.filter((each) => each.property === '*' && each.verdict === 'refused').length;
  return `${resources} resources${refused > 0 ? `, ${refused} of them refused` : ''}; properties: ${count('simulated')}, ${count('accepted')}, ${count('refused')}`;
}

/** What the templates promise, with what running them brought to light in its place. */
export function corrected(promised: readonly Honesty[], found: readonly Honesty[]): readonly Honesty[] {
  const keyOf = ({ id, property }: Honesty): string => `${id} ${property}`;
  return [...new Map([...promised, ...found].map((each) => [keyOf(each), each])).values()];
}
