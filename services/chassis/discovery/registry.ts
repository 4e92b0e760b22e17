import type { Instance } from './instance.ts';

/** Names the instances of one service on request, and may be away. */
export interface Registry {
  /** Name of the service in errors and log lines: `catalog in Cloud Map namespace shop`. */
  readonly name: string;
  /** The instances registered now. */
  ask(): Promise<readonly Instance[]>;
}
