import type { Honesty } from '../../system/honesty.ts';
import type { Service } from '../../system/service.ts';
import type { Task } from '../task.ts';
import type { Denial } from './denial.ts';

/** What `mosaic status --json` prints. The shape is public: a change that breaks a reader raises `version`. */
export interface Status {
  /** The version of this shape. */
  readonly version: 1;
  /** Construct path of the API or balancer → where it answers on this machine. */
  readonly urls: Readonly<Record<string, string>>;
  /** Each service with its tasks. */
  readonly services: readonly ServiceStatus[];
  /** The latest since it started, oldest first. */
  readonly denials: readonly Denial[];
  /** For every property of every resource: simulated, accepted or refused. */
  readonly honesty: readonly Honesty[];
}

/** A service and its tasks, without those that are gone. */
export interface ServiceStatus {
  readonly name: string;
  readonly stack: string;
  readonly desired: number;
  readonly tasks: readonly TaskStatus[];
}

interface RunningService {
  readonly service: Service;
  readonly tasks: readonly Task[];
}

/** One task. */
export interface TaskStatus {
  readonly id: string;
  /** `host:port`, as the task's own network has it. */
  readonly address: string;
  readonly pid: number | undefined;
  readonly state: 'starting' | 'healthy' | 'unhealthy' | 'stopping';
  readonly revision: string;
}

/** What a service and its tasks are doing. */
export const serviceStatus = ({ service, tasks }: RunningService): ServiceStatus => ({
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
  const refused = honesty.filter(isWholeRefused).length;
  return `${resources} resources${refused > 0 ? `, ${refused} of them refused` : ''}; properties: ${count('simulated')}, ${count('accepted')}, ${count('refused')}`;
}

/** What the templates promise, replaced by what running them found; a resource found refused keeps no promise. */
export function corrected(promised: readonly Honesty[], found: readonly Honesty[]): readonly Honesty[] {
  const keyOf = ({ id, property }: Honesty): string => `${id} ${property}`;
  const refused = new Set(found.filter(isWholeRefused).map(({ id }) => id));
  const kept = promised.filter(({ id, verdict }) => verdict === 'refused' || !refused.has(id));
  return [...new Map([...kept, ...found].map((each) => [keyOf(each), each])).values()];
}

const isWholeRefused = ({ property, verdict }: Honesty): boolean => property === '*' && verdict === 'refused';
