import type { Honesty } from '../../system/honesty.ts';
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
